import { EventEmitter, once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import type { Doors } from "../doors.ts";
import type { Front } from "../server-life.ts";
import type { ClientTransport } from "../transport/client-transport.ts";

/** What comes and goes: an answer, or the socket of an upgrade. */
type Passing = ServerResponse | Duplex;

/**
 * The doors of a server that has no port: requests and upgrades come from elsewhere.
 *
 * Their HTTP server never listens. What is emitted on it, or accepted as a connection by it, goes the way of every other server's requests.
 */
export class EmbeddedDoors implements Front {
  readonly transports: readonly ClientTransport[];
  readonly #http: Doors["http"];
  /** Answers and upgraded sockets that are under way. */
  readonly #underWay: Set<Passing> = new Set();
  readonly #events = new EventEmitter();
  readonly #onClose: (this: Passing) => void;
  #isClosed = false;

  constructor({ http, transports }: Doors) {
    this.#onClose = closeListener(this.#gone.bind(this));
    this.#http = http;
    this.transports = transports;
    http.server.prependListener("request", (_request: IncomingMessage, response: ServerResponse) =>
      this.#watch(response),
    );
    http.server.prependListener("upgrade", (_request: IncomingMessage, socket: Duplex) =>
      this.#watch(socket),
    );
  }

  /** Whether everybody has gone and nothing is taken any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes a request whose URL counts from the root of the doors. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#http.server.emit("request", request, response);
  }

  /** Takes an upgrade whose URL counts from the root of the doors. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#http.server.emit("upgrade", request, socket, head);
  }

  /** Takes a connection on which HTTP is spoken. */
  connection(socket: Duplex): void {
    this.#http.server.emit("connection", socket);
  }

  /** Connections are the other program's, and so are those that say nothing. */
  sweep(): void {}

  async close(retryAfterMs: () => number): Promise<void> {
    for (const one of this.transports) one.closeAll(CLOSE.shutdown, CLOSE_REASONS.shutdown, retryAfterMs);
    if (this.#underWay.size > 0) await once(this.#events, "empty");
    this.#isClosed = true;
    await this.#http.close();
  }

  cut(): void {
    for (const one of this.transports) one.terminateAll();
    for (const one of this.#underWay) one.destroy();
  }

  #watch(one: Passing): void {
    this.#underWay.add(one);
    one.once("close", this.#onClose);
  }

  #gone(one: Passing): void {
    this.#underWay.delete(one);
    if (this.#underWay.size === 0) this.#events.emit("empty");
  }
}

/** One function for all: a closure for each would be kept as long as its connection. */
function closeListener(gone: (one: Passing) => void): (this: Passing) => void {
  return function () {
    gone(this);
  };
}
