import type { ErrorCode } from "@tidewire/protocol";

/** What can go wrong on the client's side of the wire. */
export type ClientErrorCode =
  /** `close()` was called; nothing more is sent or delivered. */
  | "closed"
  /** The server closed the connection for good; `connect()` may try again. */
  | "disconnected"
  /** The connection was lost after the request was sent, and it is not known whether it was carried out. */
  | "connection_lost"
  /** No answer came in time. */
  | "timeout"
  /** More requests wait than `maxPending` allows. */
  | "outbox_full"
  /** A publish was not stored within `outboxTtlMs`. */
  | "outbox_expired"
  /** The client has become another user's, and does not publish for the one before. */
  | "user_changed"
  /** The browser's storage cannot be used, and the client goes on without; `cause` says why. */
  | "persistence_failed"
  /** The loop over a subscription is slower than its messages; see `Subscription.messages`. */
  | "iterator_overflow"
  /** A function given to `on` threw; `cause` is what it threw. */
  | "handler_failed"
  /** `getToken` failed; `cause` is what it threw. */
  | "token_failed"
  /** The subscription has ended. */
  | "unsubscribed";

/** What a {@link TidewireError} says besides its message. */
export interface ErrorDetails {
  readonly retryable?: boolean | undefined;
  readonly channel?: string | undefined;
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * Every error of the SDK, whether the server sent it or the client found it.
 *
 * `message` says what was wrong and what to do, for a developer. Decide by `code` and `retryable`.
 */
export class TidewireError extends Error {
  override readonly name = "TidewireError";
  /** A code of the server's table (docs/errors.md), one of {@link ClientErrorCode}, or one that a newer server knows. */
  declare readonly code: ErrorCode | ClientErrorCode | (string & {});
  /** Whether the same request may succeed later, unchanged. */
  declare readonly retryable: boolean;
  /** The channel it is about, where there is one. */
  declare readonly channel: string | undefined;
  /** The backend's own word for why it said no, where it gave one. */
  declare readonly reason: string | undefined;
  /** How long the server asks to wait before the same request, in milliseconds; 0 where it says nothing. */
  declare readonly retryAfterMs: number;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    // Of these, an Error takes the cause.
    super(message, details);
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.channel = details.channel;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

/** The error of a handler that threw. */
export function handlerFailed(event: string, channel: string | undefined, cause: unknown): TidewireError {
  return new TidewireError("handler_failed", `A handler of ${event} threw.`, { channel, cause });
}
