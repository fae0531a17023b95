import type { Encoding } from "./encoding.ts";
import type { Subscription } from "./subscription.ts";

/** What one subscription is given of some messages that follow one another. */
export interface Serving {
  /** null: nothing of it is for this one. */
  readonly bytes: Uint8Array | null;
  /** How many messages the bytes hold. */
  readonly count: number;
}

/** A page of a stream, with no hole in its offsets, for all who read the same stretch. */
export interface PageRun {
  readonly first: number;
  readonly last: number;
  /** Makes what a subscription gets of it. To be called once for each, and its bytes written. */
  serve(subscription: Subscription, encoding: Encoding): Serving;
}
