/** Who may do something on a channel; `token` and `hook` need those to be configured. */
export type Audience = "anyone" | "users" | "token" | "hook" | "server" | "nobody";

/** When a publish counts as kept: flushed to disk, committed by the process, or held in memory. */
export type Durability = "disk" | "process" | false;

/** How much of a stream is kept; whichever limit is reached first trims it. */
export interface HistoryOptions {
  readonly messages: number;
  readonly ttlMs: number;
  readonly bytes: number;
  readonly durable: Durability;
}

/** A bound on publishes: `count` in every `perMs` milliseconds, with bursts up to `count`. */
export interface RateLimit {
  readonly count: number;
  readonly perMs: number;
}

/** How subscribers are served: every message, the newest of each key at a limited rate, or a fair choice of so many a second. */
export type DeliverMode = "all" | "latest" | "budget";

/** What the rules say about one channel, completely resolved. */
export interface ChannelOptions {
  /** null: plain pub/sub without store, offsets and resume. */
  readonly history: HistoryOptions | null;
  readonly presence: boolean;
  /** Up to so many members presence lists everybody; a larger room is told how many there are. */
  readonly presenceList: number;
  readonly subscribe: Audience;
  readonly publish: Audience;
  readonly deliver: DeliverMode;
  /** With `budget`: messages per second and subscriber. */
  readonly budget: number;
  /** What comes within so many milliseconds leaves together; 0: what comes within a turn of the event loop. */
  readonly windowMs: number;
  /** With `latest`: values per second of each key, at most. */
  readonly maxRate: number;
  /** Publishes of one session on this channel; null is unlimited. */
  readonly rateLimit: RateLimit | null;
  /** The longest `data`, in bytes of its JSON text. */
  readonly messageBytes: number;
  /** Whether a client's own `priority` counts. */
  readonly clientPriority: boolean;
  /** Whether it is among what a subscription to a pattern brings. */
  readonly patterns: boolean;
}
