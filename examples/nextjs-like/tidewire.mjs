// One Tidewire for the whole program: every route imports it from here.

import { createTidewire } from "tidewire";

export const tidewire = await createTidewire();
