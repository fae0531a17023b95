import type { JsonValue } from "@tidewire/protocol";
import type { BackoffBounds } from "./backoff.ts";
import type { WebSocketConstructor } from "./environment.ts";

/** How long to wait between tries. */
export interface BackoffOptions {
  /** The shortest wait, and the scale of the first random one. Default 500. */
  readonly minMs?: number | undefined;
  /** The longest wait. Default 20 000. */
  readonly maxMs?: number | undefined;
}

/** Settings of a client. All have defaults; undefined is as good as absent. */
export interface TidewireOptions {
  /** The token to sign in with. When it expires the client stops, with `code: "token_expired"`. */
  readonly token?: string | undefined;
  /**
   * Fetches a token: at the first connection, when the server says that the present one expires soon, and when it has
   * expired. A failure is an `error` event and the next try.
   */
  readonly getToken?: (() => string | Promise<string>) | undefined;
  /** Who this is. Believed by a server in open mode only. */
  readonly user?: string | undefined;
  /** What others see of this client in presence, at most 2048 characters as JSON. Believed in open mode only. */
  readonly info?: JsonValue | undefined;
  /** Connect at once. Default true; with false the client waits for `connect()`. */
  readonly autoConnect?: boolean | undefined;
  /** The constructor of sockets. Default `globalThis.WebSocket`; Node 20 has none: give it that of `ws`. */
  readonly webSocket?: WebSocketConstructor | undefined;
  /**
   * Go on with server-sent events, and then with long polling, where WebSocket does not pass. Default true.
   *
   * What worked is kept for a while, and WebSocket tried again. Loads a file of its own.
   */
  readonly fallback?: boolean | undefined;
  readonly backoff?: BackoffOptions | undefined;
  /** The longest wait for a token, for a socket to open, and for the server's first answer, each. Default 5000. */
  readonly connectTimeoutMs?: number | undefined;
  /** The longest wait for an answer to a ping before the socket counts as dead. Default 10 000. */
  readonly pongTimeoutMs?: number | undefined;
  /** The same, when there is a reason to doubt: after sleep, or a change of network. Default 3000. */
  readonly probeTimeoutMs?: number | undefined;
  /** How long a page may be hidden before its socket is doubted. Default 10 000. */
  readonly trustHiddenMs?: number | undefined;
  /** The longest wait for the answer to `history`, `presence` and `rpc`, connecting included. Default 10 000. */
  readonly requestTimeoutMs?: number | undefined;
  /** The most publishes that wait for an answer or a connection, and the most other requests. Default 1000. */
  readonly maxPending?: number | undefined;
  /** How long a publish may wait to be stored before it is rejected with `outbox_expired`. Default 24 hours. */
  readonly outboxTtlMs?: number | undefined;
  /**
   * Keep what waits and where subscriptions stand in the browser's IndexedDB, by server and user. Default false.
   *
   * A page that comes back, after a reload or when its tab was killed, goes on where it was. Loads a file of its own.
   */
  readonly persist?: boolean | undefined;
  /** What the program calls itself in the server's logs. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** Options with their defaults filled in. */
export interface Settings extends TidewireOptions {
  readonly backoff: BackoffBounds;
  readonly connectTimeoutMs: number;
  readonly pongTimeoutMs: number;
  readonly probeTimeoutMs: number;
  readonly trustHiddenMs: number;
  readonly requestTimeoutMs: number;
  readonly maxPending: number;
  readonly outboxTtlMs: number;
}

const DEFAULTS = {
  connectTimeoutMs: 5000,
  pongTimeoutMs: 10_000,
  probeTimeoutMs: 3000,
  trustHiddenMs: 10_000,
  requestTimeoutMs: 10_000,
  maxPending: 1000,
  outboxTtlMs: 86_400_000,
};

/** Fills in the defaults. An option that is given as undefined counts as absent. */
export function settingsOf(options: TidewireOptions): Settings {
  const backoff = { minMs: 500, maxMs: 20_000, ...given(options.backoff ?? {}) };
  return { ...DEFAULTS, ...given(options), backoff };
}

/** What is not undefined. */
function given<Options extends object>(
  options: Options,
): { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> };
function given(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
