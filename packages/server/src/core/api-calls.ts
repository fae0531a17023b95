import type { ApiScope } from "../config/api-key-setting.ts";

/**
 * What a call is about, which a key must cover.
 *
 * `channel`: the channel that it names. `user`: the inbox of the user that it names. `each`: every channel that its messages go to,
 * decided for each of them. `covered`: whatever the key covers, and the answer shows nothing else. `everything`: all channels, so
 * keys that are limited to some are refused. `none`: nothing that patterns could name.
 */
export type ApiReach = "channel" | "user" | "each" | "covered" | "everything" | "none";

/** What a key needs for a call. */
export interface ApiCallFacts {
  readonly scope: ApiScope;
  readonly reach: ApiReach;
}

/**
 * Every call of the API and what a key needs for it. docs/http-api.md lists this table.
 *
 * The names are those of the OpenAPI document. A call without an entry keeps the server from starting, so none is left open.
 */
export const API_CALLS = {
  publishMessage: { scope: "publish", reach: "channel" },
  publishToUser: { scope: "publish", reach: "user" },
  publishBatch: { scope: "publish", reach: "each" },
  broadcast: { scope: "publish", reach: "everything" },
  readHistory: { scope: "read", reach: "channel" },
  purgeHistory: { scope: "admin", reach: "channel" },
  listChannels: { scope: "read", reach: "covered" },
  readChannel: { scope: "read", reach: "channel" },
  readPresence: { scope: "read", reach: "channel" },
  readReceipts: { scope: "read", reach: "channel" },
  readUser: { scope: "read", reach: "everything" },
  disconnectUser: { scope: "kick", reach: "user" },
  banUser: { scope: "kick", reach: "user" },
  unbanUser: { scope: "kick", reach: "user" },
  subscribeUser: { scope: "kick", reach: "channel" },
  unsubscribeUser: { scope: "kick", reach: "channel" },
  listConnections: { scope: "read", reach: "everything" },
  closeConnection: { scope: "kick", reach: "everything" },
  readInfo: { scope: "read", reach: "none" },
  readCaller: { scope: "read", reach: "none" },
  readStats: { scope: "read", reach: "none" },
  readMetrics: { scope: "read", reach: "none" },
} as const satisfies Readonly<Record<string, ApiCallFacts>>;

/** The name of a call in {@link API_CALLS}. */
export type ApiCall = keyof typeof API_CALLS;

/** Tells whether a call publishes, which waits while there is too much to do. */
export function isPublishCall(call: ApiCall): boolean {
  return API_CALLS[call].scope === "publish";
}

/** Tells whether a text is the name of a call. */
export function isApiCall(name: string): name is ApiCall {
  return Object.hasOwn(API_CALLS, name);
}
