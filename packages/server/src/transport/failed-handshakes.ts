import type { Server } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { Seldom } from "../base/seldom.ts";

/** Scanners try all they know, one handshake after the other. */
const LOGGED_EVERY_MS = 60_000;

/** Logs TLS handshakes that fail, one line a minute for each address. */
export function logFailedHandshakes(server: Server, clock: Clock, logger: Logger): void {
  const seldom = new Seldom(clock, LOGGED_EVERY_MS);
  server.on("tlsClientError", ({ code }: NodeJS.ErrnoException, socket: TLSSocket) => {
    const address = socket.remoteAddress;
    // Without an address the peer has left of its own.
    if (address === undefined || code === "ECONNRESET") return;
    const repeated = seldom.ask(address);
    if (repeated === null) return;
    logger.warn({ event: "tls.failed", address, problem: code, repeated }, "a TLS handshake failed");
  });
}
