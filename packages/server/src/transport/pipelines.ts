import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "../base/logger.ts";

/** Browsers do not pipeline, and a backend that does has few requests under way. */
const MAX_UNANSWERED = 16;

/**
 * Ends connections that send many requests and wait for no answer.
 *
 * Node hands over all requests of a packet at once, more than a thousand in 64 KB, and keeps every answer until it is read: 20 connections that
 * asked for a page's script and read nothing held 500 MB.
 */
export function limitPipelines(next: RequestListener, logger: Logger): RequestListener {
  const unanswered = new WeakMap<Socket, number>();

  function answered(this: ServerResponse): void {
    const { socket } = this.req;
    unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
  }

  return (request, response) => {
    const { socket } = request;
    // The rest of the packet that broke the limit.
    if (socket.destroyed) return;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > MAX_UNANSWERED) {
      const about = { address: socket.remoteAddress, problem: "too many requests without an answer" };
      logger.warn({ event: "connection.refused", ...about }, "a connection was closed");
      socket.destroy();
      return;
    }
    unanswered.set(socket, count);
    response.once("close", answered);
    next(request, response);
  };
}
