import type { IncomingMessage } from "node:http";
import { errorFacts } from "@tidewire/protocol";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { Seldom } from "../base/seldom.ts";
import type { Refusal } from "../core/refusal.ts";
import type { AddressOf } from "./proxied-clients.ts";

/** What logging of refused clients works with. */
export interface RefusedClientsPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly addressOf: AddressOf;
}

/** Whoever is kept out and hammers is logged this often. */
const KEPT_OUT_EVERY_MS = 60_000;

/** Logs clients that a transport does not let in. */
export class RefusedClients {
  readonly #ports: RefusedClientsPorts;
  readonly #keptOut: Seldom;

  constructor(ports: RefusedClientsPorts) {
    this.#ports = ports;
    this.#keptOut = new Seldom(ports.clock, KEPT_OUT_EVERY_MS);
  }

  /** Logs one; of those from one address that may not be here and come all the same, one line a minute. */
  log(request: IncomingMessage, { code, message: problem }: Refusal, what: string): void {
    const { logger, addressOf } = this.#ports;
    const { origin } = request.headers;
    const address = addressOf(request);
    const { httpStatus } = errorFacts(code);
    const isKeptOut = httpStatus === 401 || httpStatus === 403;
    const repeated = isKeptOut ? this.#keptOut.ask(`${code} ${address}`) : undefined;
    if (repeated === null) return;
    logger.warn({ event: "connection.refused", address, origin, code, problem, repeated }, what);
  }
}
