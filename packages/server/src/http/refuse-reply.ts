import type { FastifyInstance, FastifyReply } from "fastify";
import type { Logger } from "../base/logger.ts";
import type { Refusal } from "../core/refusal.ts";
import { httpErrorOf } from "../wire/http-error.ts";

declare module "fastify" {
  interface FastifyReply {
    /** Answers with an error, and logs it. */
    refuse(refusal: Refusal): FastifyReply;
  }
}

const MAX_LOGGED_PATH = 300;

/** Gives every reply its `refuse`. */
export function addRefuse(app: FastifyInstance, logger: Logger): void {
  app.decorateReply("refuse", function refuse(this: FastifyReply, refusal: Refusal): FastifyReply {
    return logAndSendRefusal(this, refusal, logger);
  });
}

/** The same for a reply that has no `refuse`, since its request never came as far as the routes. */
export function logAndSendRefusal(reply: FastifyReply, refusal: Refusal, logger: Logger): FastifyReply {
  const { method, url, ip: address, caller } = reply.request;
  const path = pathOf(url).slice(0, MAX_LOGGED_PATH);
  const { code, message: problem } = refusal;
  const keyName = caller?.name;
  logger.warn({ event: "api.refused", address, keyName, method, path, code, problem }, "request refused");
  return sendRefusal(reply, refusal);
}

/** A request's path; its query may hold what does not belong into a log. */
export function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** Answers with an error: the status of its code, and the headers that belong to it. */
export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, headers, body } = httpErrorOf(refusal);
  // Over whatever was meant for the file that is not there.
  return reply.headers(headers).code(status).send(body);
}
