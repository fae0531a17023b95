/** What is told of one kind of event. */
export interface LogEventFacts {
  readonly level: "debug" | "info" | "warn" | "error";
  /** When it is logged. */
  readonly about: string;
  /** The fields beside `level`, `time`, `event` and `msg`; some are left out when they are not known. */
  readonly fields: readonly string[];
}

/**
 * Every event that the server logs. docs/logging.md lists this table.
 *
 * People search their logs for these names, so they are added to, never renamed.
 */
export const LOG_EVENTS = {
  "server.listening": {
    level: "info",
    about: "The server accepts connections.",
    fields: ["url", "engine", "mode", "pid", "version"],
  },
  "server.open_mode": {
    level: "warn",
    about: "No authentication is configured, so everybody who reaches the server may read and write.",
    fields: ["insecure"],
  },
  "server.config": {
    level: "warn",
    about: "Something in the configuration can be used and is probably not meant.",
    fields: ["problem"],
  },
  "config.reloaded": {
    level: "info",
    about:
      "The configuration was read again: these settings changed, and those are different from what is in effect and wait for a restart.",
    fields: ["changed", "afterRestart"],
  },
  "config.refused": {
    level: "error",
    about: "The configuration was read again and cannot be used. Nothing changed.",
    fields: ["problem"],
  },
  "config.waiting": {
    level: "warn",
    about: "So many open channels get or lose their history only when their last subscriber has left.",
    fields: ["channels"],
  },
  "server.embedded": {
    level: "info",
    about: "The server is ready inside another program, which accepts the connections.",
    fields: ["path", "engine", "mode", "pid", "version"],
  },
  "server.stopping": {
    level: "info",
    about: "The server was told to stop: it accepts nothing more and sends its clients away.",
    fields: ["connections"],
  },
  "server.stopped": {
    level: "info",
    about: "Everything is closed.",
    fields: ["uptimeMs", "drained"],
  },
  "server.bug": {
    level: "error",
    about: "Something failed that never should. The connection or request it belongs to ends.",
    fields: ["err"],
  },
  "store.unavailable": {
    level: "error",
    about: "The store cannot be used; publishes are answered with a retryable error.",
    fields: ["err"],
  },
  "store.available": {
    level: "info",
    about: "The store can be used again.",
    fields: ["awayMs"],
  },
  "tokens.keys_fetched": {
    level: "info",
    about: "The keys that an identity provider publishes were fetched; `count` of them can be used.",
    fields: ["count"],
  },
  "tokens.keys_unavailable": {
    level: "warn",
    about:
      "The keys of tokens cannot be fetched. The `known` ones go on counting; whoever needs another is told to come back.",
    fields: ["err", "known"],
  },
  "tls.certificate": {
    level: "info",
    about: "A certificate is in use from now on: at the start, and whenever its files have changed.",
    fields: ["cert", "names", "validTo"],
  },
  "tls.expiring": {
    level: "warn",
    about: "The certificate expires within a week, or has expired.",
    fields: ["cert", "names", "validTo"],
  },
  "tls.refused": {
    level: "error",
    about: "The files of the certificate changed and cannot be used. The certificate before stays in use.",
    fields: ["cert", "keyFile", "problem"],
  },
  "tls.failed": {
    level: "warn",
    about:
      "A TLS handshake failed, by the code that Node gives it. Once a minute for each address; `repeated` counts those left out.",
    fields: ["address", "problem", "repeated"],
  },
  "log.failed": {
    level: "error",
    about: "The log files cannot be written. On standard output only, at most once a minute.",
    fields: ["dir", "err"],
  },
  "connection.opened": {
    level: "info",
    about: "A client asks for a transport: `websocket`, `sse` or `poll`.",
    fields: ["address", "origin", "transport"],
  },
  "connection.refused": {
    level: "warn",
    about:
      "A connection or request was not let in. The problem names what would allow it. Of somebody who is banned and hammers, one line a minute, with the number of tries since the last.",
    fields: ["address", "host", "origin", "code", "problem", "repeated"],
  },
  "connection.handshake": {
    level: "info",
    about: "The handshake is done.",
    fields: ["address", "subprotocol", "deflate"],
  },
  "connection.closed": {
    level: "info",
    about:
      "A connection has ended, with the code and reason that its client was told (1006: without a word).",
    fields: ["connection", "user", "code", "reason", "openMs"],
  },
  "session.connected": {
    level: "info",
    about: "A client has said who it is. Its public connection id stands in all that follows.",
    fields: ["connection", "user", "address", "resumed"],
  },
  "session.replaced": {
    level: "info",
    about: "A session had to make room for a newer one of the same user.",
    fields: ["connection", "user", "code", "reason"],
  },
  "channel.subscribe": {
    level: "info",
    about: "A session receives a channel from now on.",
    fields: ["connection", "user", "channel"],
  },
  "channel.unsubscribe": {
    level: "info",
    about: "A session receives a channel no longer.",
    fields: ["connection", "user", "channel", "reason"],
  },
  "channel.publish": {
    level: "info",
    about: "A message was accepted. Its size is told, never its contents.",
    fields: [
      "channel",
      "from",
      "keyName",
      "connection",
      "user",
      "bytes",
      "offset",
      "duplicate",
      "subscribers",
    ],
  },
  "limit.reached": {
    level: "warn",
    about:
      "Somebody exceeds a limit. Once a minute for each limit and whom it concerns; the metric counts every time.",
    fields: ["limit", "setting", "address", "user", "connection", "keyName", "channel"],
  },
  "overload.began": {
    level: "warn",
    about:
      "There is more to do than the server can: from now on a part of the new connections and publishes is refused. `setting` is the limit that was exceeded.",
    fields: ["setting", "delayMs", "publishes"],
  },
  "overload.ended": {
    level: "info",
    about: "Nothing is refused any more; so many connections and publishes were.",
    fields: ["connections", "publishes", "durationMs"],
  },
  "client.refused": {
    level: "warn",
    about: "A client sent something that cannot be used, or may not do what it asked for.",
    fields: ["connection", "address", "keyName", "code", "problem"],
  },
  "api.refused": {
    level: "warn",
    about: "A request to the API was refused.",
    fields: ["address", "keyName", "method", "path", "code", "problem"],
  },
  "hook.failed": {
    level: "warn",
    about: "The backend was asked and did not give an answer that can be used. Whoever asked is refused.",
    fields: ["hook", "problem", "durationMs", "err"],
  },
  "hook.suspended": {
    level: "error",
    about: "The backend failed so often in a row that it is not asked for a while.",
    fields: ["hook", "forMs"],
  },
  "hook.resumed": {
    level: "info",
    about: "A hook that was suspended answers again.",
    fields: ["hook"],
  },
  "webhook.delivered": {
    level: "debug",
    about: "A backend has taken a batch of events.",
    fields: ["endpoint", "events"],
  },
  "listener.failed": {
    level: "error",
    about: "A function that the program around the server gave to `on` threw, or rejected.",
    fields: ["name", "err"],
  },
  "webhook.failed": {
    level: "warn",
    about: "A backend did not take a batch of events, which is tried again later.",
    fields: ["endpoint", "problem", "attempt", "waiting"],
  },
  "webhook.dropped": {
    level: "error",
    about:
      "Events are not told: they grew too old, there was no room for them, or their endpoint is not configured any more.",
    fields: ["endpoint", "events", "problem"],
  },
  "user.kicked": {
    level: "info",
    about: "The backend has ended a user's connections.",
    fields: ["user", "connection", "device", "code", "reason", "connections"],
  },
  "user.banned": {
    level: "info",
    about: "The backend has banned a user.",
    fields: ["user", "forMs", "reason"],
  },
  "user.unbanned": {
    level: "info",
    about: "The backend has lifted a ban.",
    fields: ["user"],
  },
} as const satisfies Readonly<Record<string, LogEventFacts>>;

/** The name of an event in {@link LOG_EVENTS}. */
export type LogEvent = keyof typeof LOG_EVENTS;
