/** What a person needs to know about the connection. */
export type ConnectionView =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** Missed messages are coming in; `missing` is how many are still to come. */
  | { readonly kind: "catching-up"; readonly missing: number }
  /** No connection. `retryAtMs` is the wall-clock time of the next try, if there will be one. */
  | { readonly kind: "offline"; readonly retryAtMs: number | undefined }
  /** The server ended it, and the page does not come back by itself. */
  | { readonly kind: "kicked"; readonly reason: string };

/** Whole seconds from `nowMs` to a moment, rounded up and never below 0. */
export function secondsUntil(momentMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((momentMs - nowMs) / 1000));
}
