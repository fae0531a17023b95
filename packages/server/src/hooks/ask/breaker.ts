/**
 * A circuit breaker's state.
 *
 * `closed` lets every call through and counts the failures in a row; `open` lets none through until its time; `probing` has let one
 * through, whose outcome decides.
 */
export type BreakerState =
  | { readonly kind: "closed"; readonly failures: number }
  | { readonly kind: "open"; readonly untilMs: number }
  | { readonly kind: "probing" };

/** When a breaker opens, and for how long. */
export interface BreakerOptions {
  /** Failures in a row. */
  readonly maxFailures: number;
  readonly openMs: number;
}

/** What a breaker begins with. */
export const CLOSED: BreakerState = { kind: "closed", failures: 0 };

/** The state in which a call may be made now; null when it may not. */
export function admit(state: BreakerState, nowMs: number): BreakerState | null {
  if (state.kind === "closed") return state;
  return state.kind === "open" && nowMs >= state.untilMs ? { kind: "probing" } : null;
}

/**
 * The state after a call that was let through has ended.
 *
 * What began before the breaker opened and ends later says nothing new, and does not close it.
 */
export function settle(
  state: BreakerState,
  succeeded: boolean,
  nowMs: number,
  { maxFailures, openMs }: BreakerOptions,
): BreakerState {
  if (state.kind === "open") return state;
  if (succeeded) return CLOSED;
  const failures = state.kind === "probing" ? maxFailures : state.failures + 1;
  return failures >= maxFailures ? { kind: "open", untilMs: nowMs + openMs } : { kind: "closed", failures };
}
