import type { IncomingMessage } from "node:http";
import { isLoopbackAddress } from "../base/address.ts";

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
