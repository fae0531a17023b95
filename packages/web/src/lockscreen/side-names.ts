import type { Side } from "./episode.ts";

/** What the two sides are called, in every language. */
export const SIDE_NAMES: Readonly<Record<Side, string>> = { naive: "new WebSocket", sdk: "Tidewire SDK" };
