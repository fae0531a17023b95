import type { IncomingHttpHeaders } from "node:http";
import { type ListedChannel, parseChannelList } from "@tidewire/protocol";
import { bearerOf } from "../auth/api-key.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Introduction } from "../wire/native/native-wire.ts";

/** What a client asks for by its URL and its headers. */
export interface ClientRequest {
  readonly introduction: Introduction;
  readonly channels: readonly ListedChannel[];
}

/** The header that carries a session's secret. */
export const SESSION_HEADER = "tidewire-session";

/**
 * Reads who a client says it is and which channels it wants; the same at every door.
 *
 * The token of the header counts before that of the URL, which proxies and browsers may have written down.
 */
export function readClientRequest(url: URL, { authorization }: IncomingHttpHeaders): ClientRequest | Refusal {
  const listed = parseChannelList(url.searchParams);
  if (!listed.ok) return refuse(listed.code, listed.message);
  const token = bearerOf(authorization) ?? url.searchParams.get("token") ?? undefined;
  const user = url.searchParams.get("user") ?? undefined;
  const device = url.searchParams.get("device") ?? undefined;
  return { introduction: { token, user, device }, channels: listed.channels };
}

/** The secret of the session that a client continues, from the header or else the URL; null for none. */
export function sessionOf(url: URL, headers: IncomingHttpHeaders): string | null {
  const header = headers[SESSION_HEADER];
  return typeof header === "string" ? header : url.searchParams.get("session");
}
