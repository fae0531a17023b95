import type { ChannelOptions } from "../config/channel-options.ts";

/**
 * How a subscription is served.
 *
 * Subscriptions of one channel that are served alike, in one encoding, stand in one group and share its bytes.
 */
export interface Delivery {
  readonly mode: ChannelOptions["deliver"];
}

/** How a channel with these options serves its subscribers. */
export function deliveryOf({ deliver }: ChannelOptions): Delivery {
  return { mode: deliver };
}

/** Whether subscriptions that are served in these ways belong together. */
export function isSameDelivery(one: Delivery, other: Delivery): boolean {
  return one.mode === other.mode;
}
