import { STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
import type { HeaderField } from "../core/handshake.ts";

/** More headers for an answer; several values make several lines. */
export type ExtraHeaders = Readonly<Record<string, string | readonly string[]>>;

/**
 * The head of an HTTP answer, up to and including the empty line.
 *
 * Throws a TypeError for a header that would break out of its line.
 */
export function formatAnswerHead(status: number, headers: readonly HeaderField[]): string {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n`;
  for (const [name, value] of headers) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    head += `${name}: ${value}\r\n`;
  }
  return `${head}\r\n`;
}

/** A complete answer with a short text, after which the connection is closed. */
export function formatRefusal(status: number, message: string, headers: readonly HeaderField[]): string {
  const body = `${message}\n`;
  const head = formatAnswerHead(status, [
    ["Date", new Date().toUTCString()],
    ["Connection", headers.some(([name]) => name.toLowerCase() === "upgrade") ? "Upgrade, close" : "close"],
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Content-Length", String(Buffer.byteLength(body))],
    ...headers,
  ]);
  return head + body;
}

/** Extra headers as fields, in their order. */
export function toHeaderFields(headers: ExtraHeaders): HeaderField[] {
  return Object.entries(headers).flatMap(([name, value]): HeaderField[] =>
    typeof value === "string" ? [[name, value]] : value.map((one): HeaderField => [name, one]),
  );
}
