import { type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LocalConnection } from "./local-connection.ts";

/** Headers that belong to a connection, and not to what goes over it (RFC 9110 §7.6.1). */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Statuses whose responses have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Where a request goes that came as an object. */
export interface FetchTarget {
  /** Its URL as the server shall get it. */
  readonly url: string;
  /** Who sent it; undefined where that is not known. */
  readonly address: string | undefined;
  /** Takes a connection on which HTTP is spoken. */
  readonly accept: (connection: LocalConnection) => void;
}

/**
 * Has a `Request` answered by an HTTP server in this process.
 *
 * The answer's body is a stream that goes on as long as the server's does, and ends the server's when it is cancelled or the request is aborted.
 */
export async function answerFetch(
  request: Request,
  { url, address, accept }: FetchTarget,
): Promise<Response> {
  const [server, client] = LocalConnection.pair(address);
  const { method, body, signal } = request;
  const outgoing = httpRequest({
    method,
    path: url,
    headers: headersOf(request),
    createConnection: () => client,
  });
  const abort = (): void => void outgoing.destroy();
  signal.addEventListener("abort", abort, { once: true });
  outgoing.once("close", () => signal.removeEventListener("abort", abort));
  accept(server);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
  });
  if (body === null) outgoing.end();
  // The answer may come before the whole body was read; what then fails does not matter any more.
  else pipeline(Readable.from(body), outgoing).catch(() => {});
  if (signal.aborted) abort();
  return toResponse(await answered, method);
}

function headersOf(request: Request): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { host: new URL(request.url).host };
  for (const [name, value] of request.headers) if (!OF_THE_CONNECTION.has(name)) headers[name] = value;
  return headers;
}

function toResponse(incoming: IncomingMessage, method: string): Response {
  const { statusCode: status = 500, rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? "";
    if (!OF_THE_CONNECTION.has(name.toLowerCase())) headers.append(name, rawHeaders[i + 1] ?? "");
  }
  const hasBody = method !== "HEAD" && !WITHOUT_BODY.has(status);
  if (!hasBody) incoming.resume();
  return new Response(hasBody ? Readable.toWeb(incoming) : null, { status, headers });
}
