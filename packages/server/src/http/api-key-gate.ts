import type { IncomingMessage } from "node:http";
import { isLoopbackAddress } from "../base/address.ts";

const BEARER = /^Bearer +(\S+) *$/i;

/** Tells whether a request carries a valid API key (RFC 6750 §2.1). A key in the URL does not count: URLs are logged. */
export function carriesApiKey(request: IncomingMessage, isApiKey: (presented: string) => boolean): boolean {
  const presented = BEARER.exec(request.headers.authorization ?? "")?.[1];
  return presented !== undefined && isApiKey(presented);
}

/**
 * Tells whether a request comes from this machine itself, and not through a proxy on it.
 *
 * Good enough for figures about the server, which no page can read from another origin; never for the API's calls.
 */
export function comesFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  const isForwarded = Object.keys(headers).some(
    (name) => name === "forwarded" || name.startsWith("x-forwarded-"),
  );
  return !isForwarded && isLoopbackAddress(socket.remoteAddress ?? "");
}
