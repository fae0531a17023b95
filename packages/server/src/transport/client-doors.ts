import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { refuse } from "../core/refusal.ts";
import { SESSION_HEADER } from "./client-request.ts";
import { answerRefusal } from "./http-answer.ts";
import type { Gate } from "./upgrades.ts";

/** A way in for clients that speak HTTP without WebSocket. */
export interface ClientDoor {
  readonly method: "GET" | "POST";
  /** Takes a request with the door's method that the gate let through, and answers it. */
  accept(request: IncomingMessage, response: ServerResponse, url: URL): void;
}

/** Pages may ask again for as long without a preflight. */
const PREFLIGHT_MAX_AGE_S = "600";
const ALLOWED_HEADERS = ["authorization", "content-type", "last-event-id", SESSION_HEADER].join(", ");

/**
 * Sends the requests of an HTTP server to the door at their path, and all others on to `next`.
 *
 * The doors answer on the bare response: what a stream holds for its whole life must be small, and its bytes are shared.
 */
export function routeClients(
  doors: ReadonlyMap<string, ClientDoor>,
  gate: Gate,
  isDraining: () => boolean,
  next: RequestListener,
): RequestListener {
  return (request, response) => {
    const { url = "/" } = request;
    const query = url.indexOf("?");
    const door = doors.get(query < 0 ? url : url.slice(0, query));
    if (door === undefined) return next(request, response);
    response.setHeader("x-content-type-options", "nosniff");
    response.setHeader("cache-control", "no-store");
    if (isDraining()) response.setHeader("connection", "close");
    const refusal = gate(request);
    if (refusal !== null) return answerRefusal(response, refusal);
    shareWithOrigin(request, response);
    if (request.method === "OPTIONS") return answerPreflight(response, door);
    if (request.method !== door.method) {
      response.setHeader("allow", `${door.method}, OPTIONS`);
      return answerRefusal(response, refuse("method_not_allowed"));
    }
    if (!URL.canParse(url, BASE)) return answerRefusal(response, refuse("bad_request"));
    door.accept(request, response, new URL(url, BASE));
  };

  /** The gate has accepted the page, so its scripts may read the answer. Nothing here goes by cookies. */
  function shareWithOrigin({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    response.setHeader("vary", "Origin");
    if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
  }
}

const BASE = "http://localhost";

function answerPreflight(response: ServerResponse, { method }: ClientDoor): void {
  response.writeHead(204, {
    allow: `${method}, OPTIONS`,
    "access-control-allow-methods": method,
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-max-age": PREFLIGHT_MAX_AGE_S,
  });
  response.end();
}
