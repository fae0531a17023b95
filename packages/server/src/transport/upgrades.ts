import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "../base/logger.ts";
import type { Admission } from "../core/admission.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { AddressOf, ProxiedClients } from "./proxied-clients.ts";
import type { WebSocketTransport } from "./websocket-transport.ts";

/** Decides whether a request is heard at all, from who sends it and from where; null is yes. */
export type Gate = (request: IncomingMessage) => Refusal | null;

/** What decides about an upgrade before its transport does. */
export interface UpgradePorts {
  readonly gate: Gate;
  readonly clients: Pick<ProxiedClients, "admit">;
  readonly addressOf: AddressOf;
  readonly isDraining: () => boolean;
  readonly admission: Admission;
  readonly logger: Logger;
}

/** Sends the upgrades of an HTTP server to the transport that serves their path. */
export function routeUpgrades(
  http: Server,
  transport: WebSocketTransport,
  { gate, clients, addressOf, isDraining, admission, logger }: UpgradePorts,
): void {
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = urlOf(request);
    if (url?.pathname === "/connect" && transport.turnAway(request, socket, url)) return;
    // Not logged one by one: the log tells of an overload as a whole.
    const busy = isDraining() ? null : admission.connection();
    if (busy !== null) return transport.refuse(socket, busy);
    const { origin } = request.headers;
    const address = addressOf(request);
    logger.info({ event: "connection.opened", address, origin, transport: "websocket" }, "connection opened");
    const refusal = isDraining() ? refuse("shutting_down") : gate(request);
    if (refusal !== null) return transport.refuse(socket, refusal);
    if (url?.pathname === "/connect") {
      const full = clients.admit(request, socket);
      return full === null ? transport.accept(request, socket, head, url) : transport.refuse(socket, full);
    }
    const { code, message: problem } = refuse("not_found");
    logger.warn({ event: "connection.refused", address, origin, code, problem }, "a handshake was refused");
    transport.refuse(socket, refuse("not_found"));
  });
}

function urlOf({ url = "/" }: IncomingMessage): URL | null {
  const base = "http://localhost";
  return URL.canParse(url, base) ? new URL(url, base) : null;
}
