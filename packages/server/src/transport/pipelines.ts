import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "../base/logger.ts";

/** Browsers do not pipeline, and a backend that does has few requests under way. */
const MAX_UNANSWERED = 16;

/** Requests of one connection in their order; the first one is being answered. */
type Pipeline = [request: IncomingMessage, response: ServerResponse][];

/**
 * Answers the requests of a connection one after the other, and ends connections that send many and wait for no answer.
 *
 * Node hands over all requests of a packet at once, more than a thousand in 64 KB, and keeps every answer until it is read: 20 connections that
 * asked for a page's script and read nothing held 500 MB.
 */
export function limitPipelines(next: RequestListener, logger: Logger): RequestListener {
  const pipelines = new WeakMap<Socket, Pipeline>();

  function answered(this: ServerResponse): void {
    const { socket } = this.req;
    const pipeline = pipelines.get(socket);
    pipeline?.shift();
    const [following] = pipeline ?? [];
    if (following !== undefined && !socket.destroyed) next(...following);
  }

  return (request, response) => {
    const { socket } = request;
    // The rest of the packet that broke the limit.
    if (socket.destroyed) return;
    const pipeline = pipelines.get(socket) ?? [];
    if (pipeline.length >= MAX_UNANSWERED) {
      const about = { address: socket.remoteAddress, problem: "too many requests without an answer" };
      logger.warn({ event: "connection.refused", ...about }, "a connection was closed");
      socket.destroy();
      return;
    }
    pipeline.push([request, response]);
    pipelines.set(socket, pipeline);
    response.once("close", answered);
    if (pipeline.length === 1) next(request, response);
  };
}
