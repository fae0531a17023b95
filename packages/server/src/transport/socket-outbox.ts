import { getDefaultHighWaterMark } from "node:stream";
import type { WebSocketConnection } from "@tidewire/websocket";
import type { Outbox } from "../core/outbox.ts";
import type { Gatherer, Turn } from "../core/turn.ts";
import type { NativeEncoding } from "../wire/native/native-encoding.ts";
import type { BandwidthCap } from "./bandwidth-cap.ts";

/**
 * Below this many waiting bytes the next page may be written.
 *
 * It is Node's own mark (16 KB, from Node 22 on 64 KB), since `drain` comes only from a socket that has reached it: whoever
 * is told that there is no room, or that the outbox is overrun, relies on that event to go on.
 */
const LOW_WATER_BYTES = getDefaultHighWaterMark(false);

/** What an outbox needs of the socket that it writes to. */
export type OutboxSocket = Pick<
  WebSocketConnection<unknown>,
  "bufferedBytes" | "writeFrames" | "cork" | "uncork" | "close"
>;

/**
 * What waits for one socket, written once per turn.
 *
 * Nearly always a turn brings one shared piece, which goes to the socket as it is, without a copy.
 */
export class SocketOutbox implements Outbox, Gatherer {
  readonly address: string;
  #encoding: NativeEncoding;
  readonly #turn: Turn;
  readonly #limitBytes: number;
  #connection: OutboxSocket | null = null;
  #piece: Uint8Array | null = null;
  /** Further pieces of the same turn. */
  #more: Uint8Array[] | null = null;
  #turnBytes = 0;
  #full = false;
  /** null: it may be sent as much as it takes. */
  cap: BandwidthCap | null = null;

  constructor(encoding: NativeEncoding, turn: Turn, limitBytes: number, address: string) {
    this.address = address;
    this.#encoding = encoding;
    this.#turn = turn;
    this.#limitBytes = Math.max(limitBytes, LOW_WATER_BYTES);
  }

  /** Gives the outbox its socket, and the encoding that the handshake has led to. Before, nothing is taken. */
  open(connection: OutboxSocket, encoding: NativeEncoding): void {
    this.#connection = connection;
    this.#encoding = encoding;
  }

  get encoding(): NativeEncoding {
    return this.#encoding;
  }

  get overrun(): boolean {
    return this.isFull || this.isCapped;
  }

  get isCapped(): boolean {
    return this.cap?.isSpent === true;
  }

  /** Whether more waits for the socket than the limit allows, whatever it may be sent. */
  get isFull(): boolean {
    return this.#full || this.#turnBytes > this.#limitBytes;
  }

  get hasRoom(): boolean {
    const connection = this.#connection;
    if (connection === null || this.isCapped) return false;
    // Each by itself and not their sum: the socket may drain before the turn ends, and then a sum that was too much
    // leads to no further `drain`.
    return this.#turnBytes < LOW_WATER_BYTES && connection.bufferedBytes < LOW_WATER_BYTES;
  }

  get waitingBytes(): number {
    return this.#turnBytes + (this.#connection?.bufferedBytes ?? 0);
  }

  write(bytes: Uint8Array): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.cap?.spend(bytes.byteLength);
    if (this.#piece === null && this.#turn.isDirect) {
      connection.writeFrames(bytes);
      this.#full = connection.bufferedBytes > this.#limitBytes;
      return;
    }
    this.#turnBytes += bytes.byteLength;
    if (this.#piece === null) {
      this.#piece = bytes;
      this.#turn.addOutbox(this);
    } else {
      this.#more ??= [];
      this.#more.push(bytes);
    }
  }

  flush(): void {
    const connection = this.#connection;
    const piece = this.#piece;
    if (connection === null || piece === null) return;
    const more = this.#more;
    this.#piece = null;
    this.#more = null;
    this.#turnBytes = 0;
    if (more === null) {
      connection.writeFrames(piece);
    } else {
      connection.cork();
      connection.writeFrames(piece);
      for (const next of more) connection.writeFrames(next);
      connection.uncork();
    }
    this.#full = connection.bufferedBytes > this.#limitBytes;
  }

  /** To be called when the socket has taken everything. */
  drained(): void {
    this.#full = false;
  }

  close(code: number, reason: string): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.flush();
    this.#connection = null;
    this.cap?.stop();
    connection.close(code, reason);
  }
}
