import type { Rate } from "../base/rate.ts";
import type { ApiKeySetting } from "./api-key-setting.ts";
import type { HooksConfig, WebhooksConfig } from "./backend-config.ts";
import type { ChannelRule } from "./channel-rule.ts";

/** Which store keeps the streams. */
type Engine = "memory" | "lmdb";

/** How much is logged: each level includes those after it. `silent` logs nothing. */
type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Who may read `/metrics`: this machine and keys, keys alone, or anybody. */
export type MetricsAccess = "local" | "key" | "anyone";

/** How tokens are checked. */
export interface AuthConfig {
  /** For HS256, each at least 32 bytes; all are valid. */
  readonly secrets: readonly string[];
  /** PEM or JWK, or files that hold one. */
  readonly keys: readonly string[];
  readonly jwks: {
    /** null: none. */
    readonly url: string | null;
    readonly cacheMs: number;
    readonly cooldownMs: number;
    readonly timeoutMs: number;
  };
  /** null: not looked at. */
  readonly issuer: string | null;
  readonly audience: string | null;
  readonly clockToleranceMs: number;
  /** How long before its token ends a client is asked for a newer one. */
  readonly refreshBeforeMs: number;
}

/**
 * Everything that can be configured, checked and complete.
 *
 * Names are those of the configuration file; docs/config.md explains each. A limit of null is off.
 */
export interface Config {
  readonly listen: {
    readonly host: string;
    /** 0 lets the system choose one. */
    readonly port: number;
    /** Connections that the system keeps waiting until the server accepts them. */
    readonly backlog: number;
  };
  /** The folder of everything that must survive a restart. */
  readonly data: string;
  readonly engine: Engine;
  /** Keys of the HTTP and raw-TCP API; empty: one is made and kept in the data folder. */
  readonly apiKeys: readonly ApiKeySetting[];
  /** How clients prove who they are; with neither secrets, keys nor a key set, not by tokens. */
  readonly auth: AuthConfig;
  /** Lifts the restrictions of open mode. */
  readonly insecure: boolean;
  /** Origins whose pages may use this server, besides its own; `*` is all of them. */
  readonly origins: readonly string[];
  readonly cors: {
    /** Origins whose pages may call the API. */
    readonly origins: readonly string[];
  };
  /** Addresses and networks of proxies that are believed whom they speak for. */
  readonly trustedProxies: readonly string[];
  readonly forwardedHeader: "x-forwarded-for" | "forwarded";
  /** Whether the demo pages and their channel rule are there. */
  readonly demos: boolean;
  readonly log: {
    readonly level: LogLevel;
    /** null: no files. */
    readonly dir: string | null;
    readonly maxFileBytes: number;
    /** Files kept, the current one included. */
    readonly maxFiles: number;
  };
  readonly metrics: {
    readonly access: MetricsAccess;
  };
  /** When the server asks for no more clients. */
  readonly ready: {
    readonly minFreeBytes: number;
    readonly maxDelayMs: number;
  };
  /** Whether publishes are traced with OpenTelemetry. */
  readonly tracing: boolean;
  readonly channels: readonly ChannelRule[];
  readonly sessions: {
    readonly pingIntervalMs: number;
    /** A connection that neither sent nor accepted a byte for so long is closed. */
    readonly stallTimeoutMs: number;
    /** How long a session outlives its connection. */
    readonly graceMs: number;
    /** How long a new connection may stay silent before it must say who it is. */
    readonly connectTimeoutMs: number;
    readonly maxSubscriptions: number;
    /** Channels that the patterns of one session may bring. */
    readonly maxPatternChannels: number;
    /** Sessions of one user at a time. */
    readonly maxPerUser: number | null;
    readonly whenExceeded: "disconnect-oldest" | "reject-new";
    /** Commands of one connection that wait for an answer. */
    readonly maxPendingCommands: number;
  };
  readonly limits: {
    /** The longest message from a client and the longest `data` of a publish. */
    readonly maxMessageBytes: number;
    /** What may wait in a connection's outbox before it is moved from live to catching up. */
    readonly outboxBytes: number;
    readonly maxConnections: number | null;
    /** Open connections of one address (one /64 for IPv6); loopback is not counted. */
    readonly connectionsPerAddress: number | null;
    /** New connections of one address. */
    readonly handshakesPerAddress: Rate | null;
    /** Whether limits per address hold for loopback, too. */
    readonly countLoopback: boolean;
    /** Commands of one session, and of all sessions of one user. */
    readonly messagesPerConnection: Rate | null;
    readonly messagesPerUser: Rate | null;
    /** What those commands have in bytes. */
    readonly bytesPerConnection: Rate | null;
    readonly bytesPerUser: Rate | null;
    /** Requests and lines with one API key. */
    readonly requestsPerKey: Rate | null;
    /** What one connection is sent. */
    readonly bandwidthPerConnection: Rate | null;
    /** Channels held on this node that clients may still add to. */
    readonly overloadDelayMs: number | null;
    readonly overloadPublishes: number | null;
    readonly maxChannels: number | null;
    /** Sessions in the presence of one channel. */
    readonly presenceMembers: number | null;
    /** Unfinished handshakes, all addresses together. */
    readonly maxHandshakes: number;
    readonly handshakeTimeoutMs: number;
    /** The longest raw-TCP line. */
    readonly lineBytes: number;
    /** The longest head of an HTTP request. */
    readonly headerBytes: number;
    /** How long a request may take until its body is there. */
    readonly bodyTimeoutMs: number;
    /** The longest body of an HTTP request. */
    readonly bodyBytes: number;
    /** The most messages of one batch publish. */
    readonly batchMessages: number;
  };
  readonly tls: {
    /** The files of certificate and key, either both or none; null: no TLS. */
    readonly cert: string | null;
    readonly key: string | null;
    /** How often the files are looked at. */
    readonly checkMs: number;
    /** A port that sends pages on to TLS. */
    readonly redirectPort: number | null;
    /** What `Strict-Transport-Security` says. */
    readonly hstsMs: number | null;
  };
  readonly rawTcp: {
    /** Whether other machines may use it, although the key then crosses the network in clear text. */
    readonly remote: boolean;
  };
  readonly dedupe: {
    /** How long a publisher's message id is remembered. */
    readonly keepMs: number;
    /** Message ids remembered per channel. */
    readonly maxIds: number;
  };
  readonly hooks: HooksConfig;
  readonly webhooks: WebhooksConfig;
  /** How long a stopping server waits for what is on its way. */
  readonly drainMs: number;
  /** Whether permessage-deflate is offered. */
  readonly deflate: boolean;
}

/** Where a value came from. `name` is the flag, the variable or the file. */
export type Source =
  | { readonly kind: "flag" | "env" | "file"; readonly name: string }
  | { readonly kind: "default" };

/** A configuration that knows where each value came from. */
export interface LoadedConfig {
  readonly values: Config;
  /** By dotted path, such as `listen.port`. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Each value in the form of the file, by the same paths: `25s` where `values` has 25000. */
  readonly written: ReadonlyMap<string, unknown>;
  /** The configuration file; null when there is none. */
  readonly file: string | null;
  /** The line of the file, counted from 1, at which a path such as `channels[2].publish` stands, or the nearest thing around it. */
  readonly lineOf: (path: string) => number | null;
  /** What is probably not meant, one sentence each, for the log. */
  readonly warnings: readonly string[];
}

/** Something in a configuration that cannot be used, and where it is. */
export interface ConfigMistake {
  /** The flag, the variable or the file that holds it; null when it is in none of them. */
  readonly source: string | null;
  /** Counted from 1; null outside of files. */
  readonly line: number | null;
  /** The dotted path of the setting, where it is one setting's. */
  readonly path: string | null;
  /** A sentence that says what is wrong and what is expected. */
  readonly message: string;
}

/** The configuration cannot be used. The message tells every mistake, one per line, each with where it is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly mistakes: readonly ConfigMistake[];

  constructor(problem: string | readonly ConfigMistake[], options?: ErrorOptions) {
    const mistakes =
      typeof problem === "string" ? [{ source: null, line: null, path: null, message: problem }] : problem;
    super(mistakes.map(describeMistake).join("\n"), options);
    this.mistakes = mistakes;
  }
}

function describeMistake({ source, line, message }: ConfigMistake): string {
  const place = line === null ? source : `${source}:${line}`;
  return place === null ? message : `${place}: ${message}`;
}
