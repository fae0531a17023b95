import type { Socket } from "node:net";
import { type ErrorCode, errorFacts } from "@tidewire/protocol";
import type { Logger } from "../base/logger.ts";
import { refuse } from "../core/refusal.ts";

const REASON_PHRASES: Readonly<Partial<Record<number, string>>> = {
  400: "Bad Request",
  408: "Request Timeout",
};

/** Answers bytes that are no HTTP request, or that did not become one in time, and closes the connection. */
export function makeClientErrorHandler(logger: Logger) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    // There is no TLS to answer through.
    if (error.code?.startsWith("ERR_SSL_") === true || error.code?.startsWith("ERR_TLS_") === true) {
      socket.destroy();
      return;
    }
    // The peer is gone, or an answer has begun: another one would only confuse it.
    if (error.code === "ECONNRESET" || !socket.writable || socket.bytesWritten > 0) {
      socket.destroy();
      return;
    }
    const { code, message } = refuse(...refusalArguments(error.code));
    const { httpStatus } = errorFacts(code);
    const about = { address: socket.remoteAddress, code, problem: error.code };
    logger.warn({ event: "api.refused", ...about }, "not an HTTP request");
    const body = JSON.stringify({ error: { code, message } });
    const head = [
      `HTTP/1.1 ${httpStatus} ${REASON_PHRASES[httpStatus] ?? "Error"}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  };
}

function refusalArguments(nodeCode: string | undefined): [ErrorCode, string?] {
  if (nodeCode === "ERR_HTTP_REQUEST_TIMEOUT") return ["request_timeout"];
  if (nodeCode === "HPE_HEADER_OVERFLOW") return ["bad_request", "The head of the request is too large."];
  return ["bad_request", "This is not an HTTP/1.1 request."];
}
