import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { refuse } from "../core/refusal.ts";
import { answerRefusal } from "./http-answer.ts";

/** A host that may be repeated in an address: a name or an IP address, and a port. */
const HOST = /^([A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** A path that may be repeated: nothing that a browser would take for another host, and no character that ends a header. */
const PATH = /^\/(?!\/)[\x21-\x7e]*$/;

const HTTPS_PORT = 443;

/**
 * Answers plain HTTP where TLS is spoken: pages are sent to the same address over TLS, everything else is refused.
 *
 * A call that carries a key or a token is never redirected. What is secret has crossed the network by then, and whoever wrote the call should
 * see that it must begin with https. `securePort` tells the port of TLS; null: the one that was asked.
 */
export function createPlainHttp(securePort: () => number | null, timeoutMs: number): Server {
  const server = createServer({ headersTimeout: timeoutMs, connectionsCheckingInterval: 1000 }, answer);
  server.requestTimeout = timeoutMs;
  server.on("upgrade", (request: IncomingMessage) => request.socket.destroy());
  return server;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("connection", "close");
    response.setHeader("cache-control", "no-store");
    const target = secureAddress(request, securePort());
    if (target === undefined) return answerRefusal(response, refuse("insecure_transport"));
    response.writeHead(308, { location: target });
    response.end();
  }
}

function secureAddress(
  { method, headers, url = "" }: IncomingMessage,
  port: number | null,
): string | undefined {
  const isPage = (method === "GET" || method === "HEAD") && headers.authorization === undefined;
  const { host = "" } = headers;
  const [, name] = HOST.exec(host) ?? [];
  if (!isPage || name === undefined || !PATH.test(url) || /[?&](?:token|session)=/.test(url))
    return undefined;
  if (port === null) return `https://${host}${url}`;
  return `https://${name}${port === HTTPS_PORT ? "" : `:${port}`}${url}`;
}
