import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { jsonDepthExceeds, MAX_JSON_DEPTH } from "@tidewire/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { readBody } from "../base/read-body.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { RefusedRequest } from "./refused-request.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The text that `body` was parsed from; empty without a body. */
    bodyText: string;
  }
}

/** Told of a request whose body has more bytes than it may. */
type TooLong = (request: FastifyRequest) => void;

/**
 * Lets requests carry JSON, and nothing else.
 *
 * Other media types are refused: a browser sends those to any site without asking it. An absent or empty body is undefined. The
 * depth is looked at before the parser, whose recursion it bounds. Members called `__proto__` are plain members.
 */
export function acceptJsonBodies(app: FastifyInstance, bodyBytes: number, tooLong: TooLong): void {
  app.decorateRequest("bodyText", "");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", async (request: FastifyRequest, payload: IncomingMessage) => {
    // Not by Fastify's own reader: it keeps each chunk by itself, and a body of 1 MB in chunks of one byte took 400 MB.
    const bytes = await readBody(payload, request.headers["content-length"], bodyBytes);
    if (bytes === null) tooLong(request);
    const refusal = bytes === null ? tooLarge(bodyBytes) : parseInto(request, bytes);
    if (refusal !== null) throw new RefusedRequest(refusal);
    return request.body;
  });
}

function tooLarge(bodyBytes: number): Refusal {
  return refuse("message_too_large", `A request's body has at most ${bodyBytes} bytes.`);
}

function parseInto(request: FastifyRequest, bytes: Buffer): Refusal | null {
  if (bytes.length === 0) return null;
  if (!isUtf8(bytes)) return refuse("malformed_json", "The body is not UTF-8. Send JSON in UTF-8.");
  const text = bytes.toString("utf8");
  if (jsonDepthExceeds(text, MAX_JSON_DEPTH)) return refuse("too_deep");
  try {
    request.body = JSON.parse(text);
  } catch {
    return refuse("malformed_json", "The body is not valid JSON.");
  }
  request.bodyText = text;
  return null;
}
