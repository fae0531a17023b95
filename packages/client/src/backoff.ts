/** The bounds of the wait between two tries. */
export interface BackoffBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Gives the wait before the next try: exponential, with full jitter, between the bounds.
 *
 * `attempt` counts the failures before this one, `random` is from 0 to below 1. The random part spreads clients that
 * were cut off together; the constant one makes sure that no failure is answered by a try at once.
 */
export function backoffMs(attempt: number, random: number, bounds: BackoffBounds): number {
  // Capped before it is used: 2 ** 1100 is Infinity, and Infinity × 0 is not a number.
  const spreadMs = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(attempt, 30));
  return Math.min(bounds.maxMs, Math.round(bounds.minMs + random * spreadMs));
}
