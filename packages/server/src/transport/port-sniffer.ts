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

/** What the sniffer hands connections on to, and asks about them. */
export interface SnifferPorts {
  readonly acceptLines: (socket: Socket) => void;
  /** Answers HTTP without TLS where TLS is spoken; null: TLS is not spoken. */
  readonly plain: Server | null;
  readonly addresses: AddressCounter;
  readonly clock: Clock;
  readonly hits: LimitHits;
}

/** `{`, space and line feed begin a line of JSON; everything else is HTTP's to judge. */
const LINE_STARTS: ReadonlySet<number> = new Set([0x7b, 0x20, 0x0a]);

/** The type of a handshake record, with which every TLS connection begins (RFC 8446 §5.1). */
const TLS_HANDSHAKE = 0x16;

type Listener = (socket: Socket) => void;
type FirstByte = (this: Socket, chunk: Buffer) => void;

/**
 * Lets HTTP, WebSocket and raw TCP share one port, by the first byte of each connection.
 *
 * The HTTP server listens itself, and its own connection listener runs behind the sniffer, so that its time-outs stay in
 * force. A connection that says nothing is closed in time; of those that have not finished their handshake only so many are
 * kept, and when one more comes, the one that has waited longest goes.
 *
 * With TLS a connection is looked at twice: its first byte tells TLS from cleartext, and the first byte within TLS tells HTTP from lines.
 */
export class PortSniffer {
  readonly #ports: SnifferPorts;
  readonly #options: SnifferOptions;
  readonly #httpListeners: readonly Listener[];
  readonly #tlsListeners: readonly Listener[];
  /** Connections that have sent nothing yet, with when that ends; the longest waiting first. */
  readonly #silent: Map<Socket, number> = new Map();
  /** Connections that HTTP is reading the first request of, or TLS the handshake, the longest waiting first. */
  readonly #reading: Set<Socket> = new Set();
  /** Connections in TLS's handshake by the peer's address and port: what comes out of it is another socket. */
  readonly #encrypting: Map<string, Socket> = new Map();
  /** Cleartext where TLS is spoken, with when it must have gone. */
  readonly #plain: Map<Socket, number> = new Map();
  readonly #onFirst: FirstByte;
  readonly #onFirstInTls: FirstByte;
  readonly #onClose: (this: Socket) => void;
  readonly #onCloseInTls: (this: Socket) => void;

  constructor(http: Server, options: SnifferOptions, ports: SnifferPorts) {
    this.#ports = ports;
    this.#options = options;
    const isTls = ports.plain !== null;
    this.#onFirst = firstListener(isTls ? this.#sniffTls.bind(this) : this.#sniff.bind(this));
    this.#onFirstInTls = firstListener(this.#sniff.bind(this));
    this.#onClose = closeListener(this.#closed.bind(this));
    this.#onCloseInTls = closeListener(this.#forget.bind(this));
    this.#httpListeners = takeListeners(http, isTls ? "secureConnection" : "connection");
    this.#tlsListeners = isTls ? takeListeners(http, "connection") : [];
    http.on("connection", (socket: Socket) => this.#connected(socket));
    if (isTls) http.on("secureConnection", (socket: Socket) => this.#encrypted(socket));
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
    const nowMs = this.#ports.clock.nowMs();
    for (const waiting of [this.#silent, this.#plain]) {
      for (const [socket, untilMs] of waiting) {
        if (untilMs > nowMs) break;
        if (waiting === this.#silent)
          this.#ports.hits.hit("handshake_time", { address: socket.remoteAddress });
        socket.destroy();
        waiting.delete(socket);
      }
    }
  }

  /** Closes what has not sent anything, or nothing that is served, when the server stops. */
  destroySilent(): void {
    const unserved = [...this.#silent.keys(), ...this.#plain.keys(), ...this.#encrypting.values()];
    for (const socket of unserved) socket.destroy();
  }

  #connected(socket: Socket): void {
    const { addresses } = this.#ports;
    if (addresses.tryAdd(socket.remoteAddress ?? "") !== null) {
      socket.on("error", destroy);
      socket.destroy();
      return;
    }
    socket.on("close", this.#onClose);
    this.#await(socket, this.#onFirst);
  }

  /** TLS's handshake is done: from here on the connection is its socket. */
  #encrypted(socket: Socket): void {
    const key = peerOf(socket);
    const raw = this.#encrypting.get(key);
    this.#encrypting.delete(key);
    if (raw !== undefined) this.#reading.delete(raw);
    socket.on("close", this.#onCloseInTls);
    this.#await(socket, this.#onFirstInTls);
  }

  #await(socket: Socket, onFirst: FirstByte): void {
    // A connection that was reset before its first byte has nobody else to hear its error.
    socket.on("error", destroy);
    // Nor to close its half when the peer went without a word: HTTP's sockets stay half open.
    socket.on("end", destroy);
    if (this.unfinished >= this.#options.maxHandshakes) this.#dropOldest();
    this.#silent.set(socket, this.#deadlineMs());
    socket.on("data", onFirst);
  }

  #heard(socket: Socket, chunk: Buffer): void {
    socket.off("data", this.#onFirst);
    socket.off("data", this.#onFirstInTls);
    socket.off("error", destroy);
    socket.off("end", destroy);
    this.#silent.delete(socket);
    socket.pause();
    socket.unshift(chunk);
  }

  #sniffTls(socket: Socket, chunk: Buffer): void {
    const { plain } = this.#ports;
    if (chunk[0] === TLS_HANDSHAKE) {
      this.#heard(socket, chunk);
      socket.on("error", destroy);
      this.#reading.add(socket);
      this.#encrypting.set(peerOf(socket), socket);
      // TLS takes over what was read, and the socket's handle with it; the socket itself must not go on reading.
      for (const listener of this.#tlsListeners) listener(socket);
    } else if (plain === null || LINE_STARTS.has(chunk[0] ?? 0)) {
      this.#sniff(socket, chunk);
    } else {
      this.#heard(socket, chunk);
      this.#plain.set(socket, this.#deadlineMs());
      plain.emit("connection", socket);
      socket.resume();
    }
  }

  #sniff(socket: Socket, chunk: Buffer): void {
    this.#heard(socket, chunk);
    if (LINE_STARTS.has(chunk[0] ?? 0)) {
      this.#ports.acceptLines(socket);
    } else {
      this.#reading.add(socket);
      for (const listener of this.#httpListeners) listener(socket);
    }
    socket.resume();
  }

  #closed(socket: Socket): void {
    this.#forget(socket);
    this.#plain.delete(socket);
    if (this.#encrypting.size > 0 && this.#encrypting.get(peerOf(socket)) === socket)
      this.#encrypting.delete(peerOf(socket));
    this.#ports.addresses.remove(socket.remoteAddress ?? "");
  }

  #forget(socket: Socket): void {
    this.#silent.delete(socket);
    this.#reading.delete(socket);
  }

  #dropOldest(): void {
    const [oldest] = this.#silent.size > 0 ? this.#silent.keys() : this.#reading;
    if (oldest === undefined) return;
    this.#forget(oldest);
    this.#ports.hits.hit("unfinished_handshakes", { address: oldest.remoteAddress });
    oldest.destroy();
  }

  #deadlineMs(): number {
    return this.#ports.clock.nowMs() + this.#options.handshakeTimeoutMs;
  }
}

/** Takes the server's own listeners of an event off, to be called with the sockets that they are meant for. */
function takeListeners(http: Server, event: "connection" | "secureConnection"): readonly Listener[] {
  const listeners = http.listeners(event).map((listener) => (socket: Socket) => {
    listener.call(http, socket);
  });
  http.removeAllListeners(event);
  return listeners;
}

/** One function for all sockets: a closure for each would be kept as long as its connection. */
function firstListener(sniff: (socket: Socket, chunk: Buffer) => void): FirstByte {
  return function (chunk) {
    sniff(this, chunk);
  };
}

function closeListener(closed: (socket: Socket) => void): (this: Socket) => void {
  return function () {
    closed(this);
  };
}

/** No two connections to one port have the same. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function destroy(this: Socket): void {
  this.destroy();
}
