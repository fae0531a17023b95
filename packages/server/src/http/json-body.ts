import { isUtf8 } from "node:buffer";
import { jsonDepthExceeds, MAX_JSON_DEPTH } from "@tidewire/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Refusal, refuse } from "../core/refusal.ts";
import { RefusedRequest } from "./refused-request.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The text that `body` was parsed from; empty without a body. */
    bodyText: string;
  }
}

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Lets requests carry JSON, and nothing else.
 *
 * Other media types are refused: a browser sends those to any site without asking it. An absent or empty body is undefined. The
 * depth is looked at before the parser, whose recursion it bounds. Members called `__proto__` are plain members.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.decorateRequest("bodyText", "");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    (request, bytes: Buffer, done: Done) => {
      const refusal = parseInto(request, bytes);
      if (refusal === null) done(null, request.body);
      else done(new RefusedRequest(refusal));
    },
  );
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
