import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../base/logger.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { StreamsUnavailable } from "../core/streams.ts";
import { RefusedRequest } from "./refused-request.ts";

/** What was thrown while a request was handled. */
type Thrown = FastifyError | RefusedRequest | StreamsUnavailable | Error;

/** Turns whatever ends a request early into an answer in the one form of errors. */
export function makeErrorHandler(logger: Logger) {
  return (error: Thrown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalOf(error);
    if (refusal !== null) return reply.refuse(refusal);
    // A client that went away in the middle of its body is no bug.
    if (request.raw.destroyed && !request.raw.complete) return reply.refuse(refuse("bad_request"));
    logger.error({ event: "server.bug", err: error }, "a request could not be handled");
    return reply.refuse(refuse("internal"));
  };
}

/** The refusal that an error stands for; null when it is a bug. */
function refusalOf(error: Thrown): Refusal | null {
  if (error instanceof RefusedRequest) return error.refusal;
  if (error instanceof StreamsUnavailable) return refuse("not_available");
  if (!("code" in error)) return null;
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return refuse("unsupported_media_type");
    case "FST_ERR_VALIDATION":
      return refuse("invalid_field", validationMessage(error));
    default:
      return error.statusCode !== undefined && error.statusCode < 500 ? refuse("bad_request") : null;
  }
}

function validationMessage({ validation }: FastifyError): string | undefined {
  const [first] = validation ?? [];
  if (first === undefined) return undefined;
  const field = first.instancePath.slice(1).replaceAll("/", ".");
  const { allowedValues } = first.params;
  const problem = Array.isArray(allowedValues) ? `must be ${allowedValues.join(" or ")}` : first.message;
  return `${field}: ${problem ?? "is not valid"}`;
}
