import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { LimitHits } from "../core/limit-hits.ts";

/**
 * Reports requests whose head is too large, and those whose head or body does not arrive in time.
 *
 * Node tells of all of them as errors of the connection, and of both times with one code.
 */
export function reportRequestLimits(server: Server, hits: LimitHits): void {
  const latest = new WeakMap<object, IncomingMessage>();
  server.on("request", (request: IncomingMessage) => latest.set(request.socket, request));
  server.prependListener("clientError", ({ code }: NodeJS.ErrnoException, socket: Socket) => {
    const address = socket.remoteAddress;
    if (code === "HPE_HEADER_OVERFLOW") hits.hit("header_size", { address });
    if (code !== "ERR_HTTP_REQUEST_TIMEOUT") return;
    const isBody = latest.get(socket)?.complete === false;
    hits.hit(isBody ? "body_time" : "handshake_time", { address });
  });
}
