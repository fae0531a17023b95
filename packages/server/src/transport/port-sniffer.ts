import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";

/** What the sniffer asks before it lets a connection in. */
export interface ConnectionGate {
  /** Counts a connection of an address; false when there are too many. */
  tryAdd(address: string): boolean;
  remove(address: string): void;
}

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
  readonly #gate: ConnectionGate;
  readonly #options: SnifferOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Connections that have sent nothing yet, with when that ends; the longest waiting first. */
  readonly #silent: Map<Socket, number> = new Map();
  /** Connections that HTTP is reading the first request of, the longest waiting first. */
  readonly #reading: Set<Socket> = new Set();
  readonly #onFirst: (this: Socket, chunk: Buffer) => void;
  readonly #onClose: (this: Socket) => void;
  #floodLogged = false;

  constructor(
    http: Server,
    acceptLines: (socket: Socket) => void,
    gate: ConnectionGate,
    options: SnifferOptions,
    clock: Clock,
    logger: Logger,
  ) {
    this.#acceptLines = acceptLines;
    this.#gate = gate;
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
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
    this.#floodLogged = false;
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
    socket.on("error", destroyOnError);
    if (!this.#gate.tryAdd(socket.remoteAddress ?? "")) {
      this.#logFlood("too many connections");
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
    socket.off("error", destroyOnError);
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
    this.#gate.remove(socket.remoteAddress ?? "");
  }

  #dropOldest(): void {
    const [oldest] = this.#silent.size > 0 ? this.#silent.keys() : this.#reading;
    if (oldest === undefined) return;
    this.#silent.delete(oldest);
    this.#reading.delete(oldest);
    oldest.destroy();
    this.#logFlood("too many unfinished handshakes");
  }

  #logFlood(problem: string): void {
    if (this.#floodLogged) return;
    this.#floodLogged = true;
    this.#logger.warn({ event: "connection.refused", problem }, "a connection was refused");
  }
}

function destroyOnError(this: Socket): void {
  this.destroy();
}
