import type { FastifyReply, FastifyRequest } from "fastify";
import { coversOrigin } from "../base/origin-pattern.ts";

const METHODS = "GET, POST, PUT, DELETE";
const HEADERS = "authorization, content-type, idempotency-key";
const EXPOSED = "retry-after";
/** Pages may ask again for as long without a preflight. */
const MAX_AGE_S = "600";

/**
 * Lets pages of these origins read the API's answers (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol); with none, no page.
 *
 * Whoever asks must hold a key all the same: nothing here goes by cookies, so credentials are never allowed. With `*` every page is
 * answered alike, and its origin is not repeated.
 */
export function shareApi(allowed: readonly string[], request: FastifyRequest, reply: FastifyReply): void {
  if (allowed.length === 0) return;
  const { origin } = request.headers;
  const isPublic = allowed.includes("*");
  if (!isPublic) reply.header("vary", "Origin");
  if (origin === undefined || !coversOrigin(allowed, origin)) return;
  reply.header("access-control-allow-origin", isPublic ? "*" : origin);
  if (request.method !== "OPTIONS") {
    reply.header("access-control-expose-headers", EXPOSED);
    return;
  }
  reply.headers({
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": HEADERS,
    "access-control-max-age": MAX_AGE_S,
  });
}
