import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isLoopbackAddress } from "../base/address.ts";

/**
 * Tells whether a request comes from this machine itself, and not through a proxy on it.
 *
 * Good enough for figures about the server, which no page can read from another origin; never for the API's calls.
 */
export function comesFromThisMachine({ headers, socket }: IncomingMessage): boolean {
  return !isForwarded(headers) && isLoopbackAddress(socket.remoteAddress ?? "");
}

/** Tells whether a request says that it came through a proxy. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => name === "forwarded" || name.startsWith("x-forwarded-"));
}
