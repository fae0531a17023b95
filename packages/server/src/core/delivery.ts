import type { ChannelOptions } from "../config/channel-options.ts";

/**
 * How a subscription is served.
 *
 * Subscriptions of one channel that are served alike, in one encoding, stand in one group and share its bytes.
 */
export interface Delivery {
  readonly mode: ChannelOptions["deliver"];
  /** What comes within so many milliseconds leaves together; 0: what comes within a turn. */
  readonly windowMs: number;
  /** Messages per second, in the mode `budget`; else null. */
  readonly budget: number | null;
}

/** How a channel with these options serves its subscribers. */
export function deliveryOf({ deliver, budget, windowMs }: ChannelOptions): Delivery {
  return { mode: deliver, windowMs, budget: deliver === "budget" ? budget : null };
}

/** Whether subscriptions that are served in these ways belong together. */
export function isSameDelivery(one: Delivery, other: Delivery): boolean {
  return one.mode === other.mode && one.windowMs === other.windowMs && one.budget === other.budget;
}
