import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { type Refusal, refuse } from "../core/refusal.ts";

/** What counts the connections of an address. */
export interface AddressCounter {
  /** null: it was counted; else the limit that is reached. */
  tryAdd(address: string): "connections_per_address" | "handshakes_per_address" | null;
  remove(address: string): void;
}

/** Finds out where a request comes from, proxies seen through. */
export type AddressOf = (request: IncomingMessage) => string;

/**
 * Counts clients that come through a trusted proxy by their own address.
 *
 * All others are counted where their connection is accepted, unless another program does that (`countsAll`). A proxy keeps its connections and lends them to one client after another, so
 * what is counted here is what lives for one client alone: an upgraded socket, or a response that goes on.
 */
export class ProxiedClients {
  readonly #counter: AddressCounter;
  readonly #addressOf: AddressOf;
  readonly #countsAll: boolean;
  readonly #addresses: Map<EventEmitter, string> = new Map();
  readonly #onClose: (this: EventEmitter) => void;

  constructor(counter: AddressCounter, addressOf: AddressOf, countsAll: boolean) {
    this.#counter = counter;
    this.#addressOf = addressOf;
    this.#countsAll = countsAll;
    this.#onClose = ProxiedClients.#closeListener(this);
  }

  /** Counts a client until `life` closes, or says why it is one too many. */
  admit(request: IncomingMessage, life: EventEmitter): Refusal | null {
    const address = this.#addressOf(request);
    if (address === "" || (!this.#countsAll && address === request.socket.remoteAddress)) return null;
    const reached = this.#counter.tryAdd(address);
    if (reached === "handshakes_per_address") return refuse("rate_limited");
    if (reached !== null) return refuse("too_many_connections");
    this.#addresses.set(life, address);
    life.once("close", this.#onClose);
    return null;
  }

  /** One function for all: a closure for each would be kept as long as its client. */
  static #closeListener(clients: ProxiedClients): (this: EventEmitter) => void {
    return function () {
      const address = clients.#addresses.get(this);
      if (address === undefined) return;
      clients.#addresses.delete(this);
      clients.#counter.remove(address);
    };
  }
}
