import type { ServerResponse } from "node:http";
import type { Refusal } from "../core/refusal.ts";
import { httpErrorOf } from "../wire/http-error.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Answers with JSON whose bytes may be shared; they are written as they are. */
function answerJson(response: ServerResponse, status: number, pieces: readonly Uint8Array[]): void {
  if (response.writableEnded) return;
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  response.writeHead(status, { "content-type": JSON_TYPE, "content-length": bytes });
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.uncork();
  response.end();
}

/** Answers with an error. */
export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  const { status, headers, body } = httpErrorOf(refusal);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  answerJson(response, status, [Buffer.from(JSON.stringify(body))]);
}
