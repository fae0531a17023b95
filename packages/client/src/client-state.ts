/**
 * What the connection is doing, and why: what a page's state pill shows.
 *
 * A client starts `idle` (or `connecting`), and goes round between `connecting`, `catching-up`, `live` and `offline`
 * by itself. It leaves that circle as `suspended` (the page is put away, and returns by itself), `kicked` or `closed`.
 */
export type ClientState =
  | IdleState
  | ConnectingState
  | CatchingUpState
  | LiveState
  | OfflineState
  | SuspendedState
  | KickedState
  | ClosedState;

/** Nothing was started: `autoConnect` is false and `connect()` was not called. */
export interface IdleState {
  readonly status: "idle";
}

/** A connection is being made. */
export interface ConnectingState {
  readonly status: "connecting";
  /** How many tries failed before this one since the connection was last good. */
  readonly attempt: number;
}

/** Connected, and messages that were missed are still arriving. */
export interface CatchingUpState {
  readonly status: "catching-up";
  /** The public id of the connection. */
  readonly connection: string;
  /** Undefined when anonymous. */
  readonly user: string | undefined;
  /** How many messages are still missing over all subscriptions, as far as is known; 0 until the server has said. */
  readonly missing: number;
}

/** Connected, and everything that was missed has arrived. */
export interface LiveState {
  readonly status: "live";
  readonly connection: string;
  readonly user: string | undefined;
}

/** Not connected; the next try is scheduled. Being back online or looking at the page makes it sooner. */
export interface OfflineState {
  readonly status: "offline";
  /** A close code's name or an error code, such as `timeout`, `network` or `shutdown`. */
  readonly code: string;
  /** Why, for the person. */
  readonly reason: string;
  /** From the moment the state was entered to the next try. */
  readonly retryInMs: number;
  /** The next try, in milliseconds since 1970, for counting down. */
  readonly retryAtMs: number;
  /** How many tries have failed since the connection was last good. */
  readonly attempt: number;
}

/** The page was put into the browser's page cache, which a socket would keep it out of. */
export interface SuspendedState {
  readonly status: "suspended";
}

/** The server closed the connection and asked to stay away. `connect()` may try again. */
export interface KickedState {
  readonly status: "kicked";
  /** A close code, 4400–4999. */
  readonly code: number;
  /** Why, for the person. */
  readonly reason: string;
}

/** The end: `close()` was called, or the client cannot go on; then `connect()` may try again. */
export interface ClosedState {
  readonly status: "closed";
  /** Why it cannot go on, such as `token_expired` without `getToken`; `closed` after `close()`. */
  readonly code: string;
  /** Why, for the person. */
  readonly reason: string;
}
