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
  /** Values per second of each key, in the mode `latest`; else null. */
  readonly maxRate: number | null;
}

/** What a client asks for within what the rule allows. */
export interface Wishes {
  readonly maxRate: number;
}

/** What a client wishes that gives this rate, or none. */
export function wishesOf(maxRate: number | undefined): Wishes | null {
  return maxRate === undefined ? null : { maxRate };
}

/** How a channel with these options serves a subscriber that has these wishes. */
export function deliveryOf(options: ChannelOptions, wishes: Wishes | null): Delivery {
  const { deliver: mode, windowMs, budget, maxRate } = options;
  if (mode === "latest") {
    // What is due together leaves together anyway.
    return { mode, windowMs: 0, budget: null, maxRate: rateWithin(maxRate, wishes?.maxRate ?? maxRate) };
  }
  return { mode, windowMs, budget: mode === "budget" ? budget : null, maxRate: null };
}

/** Whether subscriptions that are served in these ways belong together. */
export function isSameDelivery(one: Delivery, other: Delivery): boolean {
  return (
    one.mode === other.mode &&
    one.windowMs === other.windowMs &&
    one.budget === other.budget &&
    one.maxRate === other.maxRate
  );
}

/** The first digits of the rates that clients get. */
const STEPS = [5, 2, 1] as const;

/**
 * The rate that a client gets who asks for `asked` where the rule allows `allowed`.
 *
 * It is rounded down to 1, 2 or 5 in its first digit, so that a channel has few rates, and many subscribers share each of them.
 */
function rateWithin(allowed: number, asked: number): number {
  if (asked >= allowed) return allowed;
  const exponent = Math.floor(Math.log10(asked));
  const unit = (digit: number): number => (exponent < 0 ? digit / 10 ** -exponent : digit * 10 ** exponent);
  const rounded = STEPS.map(unit).find((rate) => rate <= asked);
  // 0.99…9 × a power of ten may have the logarithm of the whole power.
  return rounded ?? unit(0.5);
}
