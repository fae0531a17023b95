// Everything below /tidewire that is no WebSocket: event streams, polls, commands, the API, the SDK's script.
// In Next.js this file is app/tidewire/[...path]/route.ts.

import { tidewire } from "../../tidewire.mjs";

const { fetch } = tidewire;

export { fetch as DELETE, fetch as GET, fetch as HEAD, fetch as OPTIONS, fetch as POST, fetch as PUT };
