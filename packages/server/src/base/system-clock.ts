import type { Clock } from "./clock.ts";

/** The machine's wall clock. It jumps when somebody sets it. */
export const systemClock: Clock = { nowMs: () => Date.now() };

/**
 * A clock that never jumps and never goes back; its zero is the start of the process.
 *
 * Time-outs and rates need it: when the wall clock is set forward by a minute, every connection would look stalled.
 */
export const monotonicClock: Clock = { nowMs: () => performance.now() };
