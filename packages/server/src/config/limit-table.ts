import type { ErrorCode } from "@tidewire/protocol";

/** What is told of one limit, beside its setting. */
export interface LimitFacts {
  /** Where it is configured; the schema there has its default. */
  readonly setting: string;
  /** The error that whoever exceeds it is told; null: a connection that cannot be told, or that nothing is refused. */
  readonly error: ErrorCode | null;
  /** What happens then. */
  readonly effect: string;
}

/**
 * Every limit, by the label that it has in `tidewire_limits_hit_total` and in the log. docs/limits.md lists this table.
 *
 * People build alerts on these names, so they are added to, never renamed.
 */
export const LIMITS = {
  connections: {
    setting: "limits.maxConnections",
    error: null,
    effect: "The connection is closed unanswered.",
  },
  connections_per_address: {
    setting: "limits.connectionsPerAddress",
    error: "too_many_connections",
    effect: "The connection is closed unanswered; one that comes through a trusted proxy is answered 503.",
  },
  handshakes_per_address: {
    setting: "limits.handshakesPerAddress",
    error: "rate_limited",
    effect: "The connection is closed unanswered; one that comes through a trusted proxy is answered 429.",
  },
  unfinished_handshakes: {
    setting: "limits.maxHandshakes",
    error: null,
    effect: "The handshake that has waited longest is closed.",
  },
  messages_per_connection: {
    setting: "limits.messagesPerConnection",
    error: "rate_limited",
    effect:
      "The command is refused, with how long to wait. After 100 refusals within a heartbeat the session is closed with 4008.",
  },
  messages_per_user: {
    setting: "limits.messagesPerUser",
    error: "rate_limited",
    effect: "The same; all sessions of the user count together, across reconnects.",
  },
  bytes_per_connection: {
    setting: "limits.bytesPerConnection",
    error: "rate_limited",
    effect: "A WebSocket is not read for a while. A command over HTTP is refused, with how long to wait.",
  },
  bytes_per_user: {
    setting: "limits.bytesPerUser",
    error: "rate_limited",
    effect: "The same; all sessions of the user count together, across reconnects.",
  },
  requests_per_key: {
    setting: "limits.requestsPerKey",
    error: "rate_limited",
    effect: "The request is answered 429, the line with the error; both say how long to wait.",
  },
  overload_delay: {
    setting: "limits.overloadDelayMs",
    error: "overloaded",
    effect: "A part of the new connections and publishes is refused, with how long to wait.",
  },
  overload_publishes: {
    setting: "limits.overloadPublishes",
    error: "overloaded",
    effect: "The same.",
  },
  subscriptions: {
    setting: "sessions.maxSubscriptions",
    error: "limit_exceeded",
    effect: "The subscription is refused.",
  },
  pattern_channels: {
    setting: "sessions.maxPatternChannels",
    error: "limit_exceeded",
    effect: "The pattern that would bring one more ends, and what it alone brought with it.",
  },
  channels: {
    setting: "limits.maxChannels",
    error: "limit_exceeded",
    effect:
      "A subscription to a channel that nobody holds yet is refused. A pattern that would bring one ends. What backends publish is not limited.",
  },
  presence_size: {
    setting: "limits.presenceMembers",
    error: "limit_exceeded",
    effect: "The subscription is refused. Who is there already stays, across a change of connection too.",
  },
  message_size: {
    setting: "limits.maxMessageBytes",
    error: "message_too_large",
    effect: "The message is refused. One that is much longer closes a WebSocket with 1009.",
  },
  outbox: {
    setting: "limits.outboxBytes",
    error: null,
    effect:
      "The client reads too slowly: it is served from the stream, in its order, until it has caught up.",
  },
  bandwidth: {
    setting: "limits.bandwidthPerConnection",
    error: null,
    effect: "The client is served from the streams, its channels in turns, as fast as it may be sent.",
  },
  body_size: {
    setting: "limits.bodyBytes",
    error: "message_too_large",
    effect: "The request is answered 413.",
  },
  body_time: {
    setting: "limits.bodyTimeoutMs",
    error: "request_timeout",
    effect: "The request is answered 408, and the connection closed.",
  },
  header_size: {
    setting: "limits.headerBytes",
    error: "bad_request",
    effect: "The request is answered 400, and the connection closed.",
  },
  handshake_time: {
    setting: "limits.handshakeTimeoutMs",
    error: "request_timeout",
    effect: "A request whose head has begun is answered 408. Who said nothing is closed unanswered.",
  },
  connect_time: {
    setting: "sessions.connectTimeoutMs",
    error: null,
    effect: "A WebSocket that does not say who it is is closed with 4002.",
  },
  line_size: {
    setting: "limits.lineBytes",
    error: "line_too_long",
    effect: "The error is answered, and the connection closed.",
  },
  line_time: {
    setting: "limits.handshakeTimeoutMs",
    error: "request_timeout",
    effect: "The error is answered, and the connection closed.",
  },
} as const satisfies Readonly<Record<string, LimitFacts>>;

/** The name of a limit in {@link LIMITS}. */
export type LimitName = keyof typeof LIMITS;
