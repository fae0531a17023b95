import type { FastifyInstance, FastifyReply } from "fastify";
import type { Refusal } from "../core/refusal.ts";
import type { HttpPorts } from "./http-ports.ts";
import { httpErrorOf } from "../wire/http-error.ts";

declare module "fastify" {
  interface FastifyReply {
    /** Answers with an error, and logs it. */
    refuse(refusal: Refusal): FastifyReply;
  }
}

const MAX_LOGGED_PATH = 300;

/** Where refusals are logged, and who the log says that they concern. */
export type RefusalLog = Pick<HttpPorts, "logger" | "addressOf">;

/** Gives every reply its `refuse`. */
export function addRefuse(app: FastifyInstance, log: RefusalLog): void {
  app.decorateReply("refuse", function refuse(this: FastifyReply, refusal: Refusal): FastifyReply {
    return logAndSendRefusal(this, refusal, log);
  });
}

/** The same for a reply that has no `refuse`, since its request never came as far as the routes. */
export function logAndSendRefusal(
  reply: FastifyReply,
  refusal: Refusal,
  { logger, addressOf }: RefusalLog,
): FastifyReply {
  const { method, url, raw, caller } = reply.request;
  const address = addressOf(raw);
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
