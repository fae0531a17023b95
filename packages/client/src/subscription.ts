import type {
  AckedPush,
  DeliverMode,
  GapPush,
  Member,
  Position,
  PublishedPush,
  Sender,
  Since,
  StoredMessage,
  SubscribedPush,
} from "@tidewire/protocol";
import type { TidewireError } from "./error.ts";
import type { Handler, ListenOptions } from "./emitter.ts";

/** A message as it arrives. Where the channel keeps history it is a position too: pass it as `since`. */
export interface Message<Payload> {
  readonly channel: string;
  /** With `offset` the position after this message; both absent for a channel without history. */
  readonly epoch?: string;
  readonly offset?: number;
  readonly id: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly time: number;
  /** Who published it; the server fills this in. */
  readonly from: Sender;
  readonly key?: string;
  readonly data: Payload;
  /** How many messages before this one were left out for this client, in channels that may do so. */
  readonly dropped?: number;
}

/** What a subscription is doing. */
export type SubscriptionState =
  /** Not confirmed by the server: no connection yet, or no answer yet. */
  | { readonly status: "subscribing" }
  /** Confirmed; `missing` messages up to the stream's head of that moment have not arrived. */
  | { readonly status: "catching-up"; readonly missing: number }
  | { readonly status: "live" }
  /** Refused for good. `subscribe` makes a new one. */
  | { readonly status: "failed"; readonly error: TidewireError }
  /** Ended by `unsubscribe`, by `close`, or by the server, which says why. */
  | { readonly status: "ended"; readonly reason: string | undefined };

/** The end of a subscription; `reason` is the server's, undefined when the client ended it. */
export interface Unsubscribed {
  readonly channel: string;
  readonly reason: string | undefined;
}

/** Where the reader stands in a channel, after `ack` here or on another device. */
export type Acknowledged = Omit<AckedPush, "type" | "id">;

/** What a subscription tells, by event name. */
export interface SubscriptionEvents<Payload> {
  /** Every message once, in order. */
  message: Message<Payload>;
  /** These offsets are gone and will not come; what follows comes after them. */
  gap: GapPush;
  /** Members who have come, and are in `members` already. Only in channels with presence, as the next two, and not in large rooms. */
  join: readonly Member[];
  /** Members who have left, and are not in `members` any more. */
  leave: readonly Member[];
  /** Who is there, after every change: everybody, or of a large room some of them; `memberCount` says how many there are. */
  presence: readonly Member[];
  /** The server confirmed it, the first time or after a reconnection. Missed messages follow. */
  subscribed: SubscribedPush;
  unsubscribed: Unsubscribed;
  /** The user's cursor moved on this or another device. */
  acked: Acknowledged;
  /** The server refused it. One that is retryable is tried again by itself. */
  error: TidewireError;
  state: SubscriptionState;
}

/** Who is in a channel. */
export interface Presence {
  /** Everybody, in order of arrival; in a large room only some of them. */
  readonly members: readonly Member[];
  /** How many there are. */
  readonly count: number;
}

/** How to ask. */
export interface CallOptions {
  /** Gives the question up when it aborts: the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Which page of a stream to read. */
export interface HistoryOptions extends CallOptions {
  /** Exclusive: with `asc` the page begins after it, with `desc` before it. Default: the beginning, or the head. */
  readonly since?: Since | undefined;
  /** At most 1000; default 100. */
  readonly limit?: number | undefined;
  /** Default `asc`, oldest first. */
  readonly order?: "asc" | "desc" | undefined;
}

/** A message in a page of history. It is a position too: pass the last one as `since` for the next page. */
export interface HistoryMessage<Payload> extends Omit<StoredMessage, "data"> {
  readonly data: Payload;
}

/** One page of a channel's stream. */
export interface HistoryPage<Payload> {
  readonly channel: string;
  /** With `offset` the head of the stream when the page was read. */
  readonly epoch: string;
  readonly offset: number;
  readonly messages: readonly HistoryMessage<Payload>[];
  /** Whether there is more in this direction. */
  readonly more: boolean;
}

/** How to publish. */
export interface PublishOptions {
  /** 1–128 printable ASCII characters; a repeat is stored once. Default: a random one. */
  readonly messageId?: string | undefined;
  /** What the message is about, where a newer message replaces an older one of the same key. */
  readonly key?: string | undefined;
  /** `high` is never left out by a budget, where the channel's rule lets clients say so. */
  readonly priority?: "normal" | "high" | undefined;
  /**
   * Default true. With false a refusal for now (`rate_limited`, for one) rejects at once, and `retryAfterMs` says how long to wait.
   *
   * Only refusals: without a connection it waits all the same.
   */
  readonly retry?: boolean | undefined;
  /**
   * Takes the publish back when it aborts: the promise rejects with its reason.
   *
   * One that was sent already may have been stored all the same.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Where a published message stands. `duplicate` says that it stood there before. */
export type Published = Omit<PublishedPush, "type" | "id">;

/** How to loop over messages. */
export interface MessagesOptions {
  /** How many messages may wait for the loop. Default 1024. */
  readonly bufferSize?: number | undefined;
  /** Ends the loop when it aborts: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A channel as one client hears it.
 *
 * It outlives connections: after each reconnection it goes on where it stood. Handlers are called in the order they
 * were added; one that throws is reported as an `error` event of the client and changes nothing else. There is one
 * subscription per client and channel: `subscribe` returns the one there is.
 */
export interface Subscription<Payload> {
  readonly channel: string;
  readonly state: SubscriptionState;
  /**
   * Where this subscription stands: every message up to here was given to every handler.
   *
   * Undefined before the first confirmation, in channels without history, and where messages that were missed are to
   * come (`earliest`, `last`, an inbox) before the first of them. A loop over `messages` may be behind
   * it: what it has finished is said by the `epoch` and `offset` of its last message.
   */
  readonly position: Position | undefined;
  /**
   * Who is in the channel, in order of arrival; empty in channels without presence. A new array after each change.
   *
   * In a large room it is only some of them: then `memberCount` is more than its length, and nobody is told as coming or leaving.
   */
  readonly members: readonly Member[];
  /** How many are in the channel. */
  readonly memberCount: number;
  /** How the channel delivers: every message, the latest value of each key, or a fair choice. `all` until the server has said. */
  readonly deliver: DeliverMode;
  /** Adds a handler and returns what removes it. */
  on<Name extends keyof SubscriptionEvents<Payload>>(
    name: Name,
    handler: Handler<SubscriptionEvents<Payload>[Name]>,
    options?: ListenOptions,
  ): () => void;
  /** The same as `on`, for the next time only. */
  once<Name extends keyof SubscriptionEvents<Payload>>(
    name: Name,
    handler: Handler<SubscriptionEvents<Payload>[Name]>,
    options?: ListenOptions,
  ): () => void;
  /** Removes a handler that was added by `on` or `once`. */
  off<Name extends keyof SubscriptionEvents<Payload>>(
    name: Name,
    handler: Handler<SubscriptionEvents<Payload>[Name]>,
  ): void;
  /** Resolves when the server has confirmed it, at once when it already has; rejects when it fails or ends first. */
  ready(): Promise<void>;
  /**
   * Messages from now on, for `for await`.
   *
   * The loop ends when the subscription ends. It throws a {@link TidewireError} when the subscription fails, when the
   * client is kicked or cannot go on, and with `iterator_overflow` when more than `bufferSize` messages waited for it:
   * it then has had every message up to the throw, and none after. `break` leaves the subscription as it is.
   */
  messages(options?: MessagesOptions): AsyncIterableIterator<Message<Payload>, undefined>;
  /** The same as `messages()`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<Payload>, undefined>;
  /** The same as the client's method, for this channel, as are the next three. */
  publish(data: Payload, options?: PublishOptions): Promise<Published>;
  presence(options?: CallOptions): Promise<Presence>;
  history(options?: HistoryOptions): Promise<HistoryPage<Payload>>;
  ack(offset: number): Promise<Acknowledged>;
  /**
   * Asks for at most so many values per second of each key, where the channel delivers the latest; on others it changes nothing.
   *
   * It holds from now on, across reconnections. A rate above the channel's own means that one.
   */
  setRate(maxRate: number): void;
  /** Ends it, here at once and on the server when it hears of it. Handlers are removed and hear nothing more. */
  unsubscribe(): void;
}
