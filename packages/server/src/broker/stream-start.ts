import type { Epochs } from "./epochs.ts";

/** Where a stream goes on that was kept elsewhere before: after `head`, in the last of `epochs`. */
export interface StreamStart {
  readonly epochs: Epochs;
  readonly head: number;
}
