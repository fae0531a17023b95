import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import type { AddressCounter } from "./proxied-clients.ts";

/** Limits on connections that have not said what they want. */
export interface SnifferOptions {
  readonly maxHandshakes: number;
  readonly handshakeTimeoutMs: number;
}

/** `{`, space and line feed begin a line of JSON; everything else is HTTP's to judge. */
const LINE_STARTS: ReadonlySet<number> = new Set([0x7b, 0x20, 0x0a]);

/**
 * Lets HTTP, WebSocket and raw TCP share one port, by the first byte of each connection.
 *
 * The HTTP server listens itself, and its own connection listener runs behind the sniffer, so that its time-outs stay in
 * force. A connection that says nothing is closed in time; of those that have not finished their handshake only so many are
 * kept, and when one more comes, the one that has waited longest goes.
 */
export class PortSniffer {
  readonly #httpListeners: readonly ((socket: Socket) => void)[];
  readonly #acceptLines: (socket: Socket) => void;
  readonly #addresses: AddressCounter;
  readonly #options: SnifferOptions;
  readonly #clock: Clock;
  readonly #hits: LimitHits;
  /** Connections that have sent nothing yet, with when that ends; the longest waiting first. */
  readonly #silent: Map<Socket, number> = new Map();
  /** Connections that HTTP is reading the first request of, the longest waiting first. */
  readonly #reading: Set<Socket> = new Set();
  readonly #onFirst: (this: Socket, chunk: Buffer) => void;
  readonly #onClose: (this: Socket) => void;

  constructor(
    http: Server,
    acceptLines: (socket: Socket) => void,
    addresses: AddressCounter,
    options: SnifferOptions,
    clock: Clock,
    hits: LimitHits,
  ) {
    this.#acceptLines = acceptLines;
    this.#addresses = addresses;
    this.#options = options;
    this.#clock = clock;
    this.#hits = hits;
    this.#onFirst = PortSniffer.#firstListener(this);
    this.#onClose = PortSniffer.#closeListener(this);
    this.#httpListeners = http.listeners("connection").map((listener) => (socket: Socket) => {
      listener.call(http, socket);
    });
    http.removeAllListeners("connection");
    http.on("connection", (socket: Socket) => this.#connected(socket));
    const finished = (request: IncomingMessage): void => void this.#reading.delete(request.socket);
    http.on("request", finished);
    http.on("upgrade", finished);
  }

  /** Connections whose handshake is unfinished. */
  get unfinished(): number {
    return this.#silent.size + this.#reading.size;
  }

  /** Closes connections that have been silent for too long. To be called now and then. */
  sweep(): void {
    const nowMs = this.#clock.nowMs();
    for (const [socket, untilMs] of this.#silent) {
      if (untilMs > nowMs) return;
      socket.destroy();
      this.#silent.delete(socket);
    }
  }

  /** Closes what has not sent anything, when the server stops. */
  destroySilent(): void {
    for (const socket of this.#silent.keys()) socket.destroy();
    this.#silent.clear();
  }

  /** One function for all sockets: a closure for each would be kept as long as its connection. */
  static #firstListener(sniffer: PortSniffer): (this: Socket, chunk: Buffer) => void {
    return function (chunk) {
      sniffer.#sniff(this, chunk);
    };
  }

  static #closeListener(sniffer: PortSniffer): (this: Socket) => void {
    return function () {
      sniffer.#closed(this);
    };
  }

  #connected(socket: Socket): void {
    // A connection that was reset before its first byte has nobody else to hear its error.
    socket.on("error", destroy);
    // Nor to close its half when the peer went without a word: HTTP's sockets stay half open.
    socket.on("end", destroy);
    if (this.#addresses.tryAdd(socket.remoteAddress ?? "") !== null) {
      socket.destroy();
      return;
    }
    socket.on("close", this.#onClose);
    if (this.unfinished >= this.#options.maxHandshakes) this.#dropOldest();
    this.#silent.set(socket, this.#clock.nowMs() + this.#options.handshakeTimeoutMs);
    socket.on("data", this.#onFirst);
  }

  #sniff(socket: Socket, chunk: Buffer): void {
    socket.off("data", this.#onFirst);
    socket.off("error", destroy);
    socket.off("end", destroy);
    this.#silent.delete(socket);
    socket.pause();
    socket.unshift(chunk);
    if (LINE_STARTS.has(chunk[0] ?? 0)) {
      this.#acceptLines(socket);
    } else {
      this.#reading.add(socket);
      for (const listener of this.#httpListeners) listener(socket);
    }
    socket.resume();
  }

  #closed(socket: Socket): void {
    this.#silent.delete(socket);
    this.#reading.delete(socket);
    this.#addresses.remove(socket.remoteAddress ?? "");
  }

  #dropOldest(): void {
    const [oldest] = this.#silent.size > 0 ? this.#silent.keys() : this.#reading;
    if (oldest === undefined) return;
    this.#silent.delete(oldest);
    this.#reading.delete(oldest);
    this.#hits.hit("unfinished_handshakes", { address: oldest.remoteAddress });
    oldest.destroy();
  }
}

function destroy(this: Socket): void {
  this.destroy();
}
