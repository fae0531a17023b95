import type { ServerResponse } from "node:http";
import type { Refusal } from "../core/refusal.ts";
import { httpErrorOf } from "../wire/http-error.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Answers with JSON in pieces that may be shared. An answer that was given stands. */
export function answerJson(response: ServerResponse, status: number, pieces: readonly Uint8Array[]): void {
  if (response.writableEnded || response.destroyed) return;
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  response.writeHead(status, { "content-type": JSON_TYPE, "content-length": bytes });
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.uncork();
  response.end();
}

/** Answers that all is well, and nothing more. */
export function answerEmpty(response: ServerResponse): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(204);
  response.end();
}

/** Answers with an error. */
export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  if (response.writableEnded || response.destroyed) return;
  const { status, headers, body } = httpErrorOf(refusal);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  answerJson(response, status, [Buffer.from(JSON.stringify(body))]);
}
