import { Tidewire } from "./tidewire.ts";

// A page without modules has globals only: `new Tidewire()`.
Object.assign(globalThis, { Tidewire });
