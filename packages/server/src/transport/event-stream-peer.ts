import type { ServerResponse } from "node:http";
import { CLOSE, ERRORS, mayReconnect } from "@tidewire/protocol";
import { socketProgressBytes } from "@tidewire/websocket";
import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { Gatherer, Turn } from "../core/turn.ts";
import type { NativeEncoding } from "../wire/native/native-encoding.ts";
import type { NativePeer } from "../wire/native/native-wire.ts";
import { formatEventId, OVER } from "./event-id.ts";
import type { ResumePoints } from "./resume-points.ts";
import type { OutboxSocket, SocketOutbox } from "./socket-outbox.ts";

/** What a peer needs of the transport it belongs to: one object for all peers. */
export interface EventStreamHost {
  readonly turn: Turn;
  /** Writes the head of the response, and what stands before the first event. */
  begin(response: ServerResponse): void;
  /** Answers a client that gets no stream. */
  refuse(response: ServerResponse, refusal: Refusal): void;
  /** Something that the client sent in its URL was wrong, and the stream goes on. */
  complained(peer: EventStreamPeer, refusal: Refusal): void;
  /** A peer's heartbeat is due. */
  beat(peer: EventStreamPeer): void;
  /** So many bytes were written. */
  sent(bytes: number): void;
  /** The server has written the last bytes of a stream. */
  ending(peer: EventStreamPeer): void;
  hashOf(sessionId: string): string;
}

/** The close code of a connection that ended without a word (RFC 6455 §7.4.1). */
const ABNORMAL = 1006;

const HEARTBEAT = Buffer.from(":\n\n");

/**
 * One client on an event stream: the response that its events are written to, and its session.
 *
 * Behind the events of each write stands a block with nothing but an `id`: that is what EventSource sends when it returns.
 */
export class EventStreamPeer implements NativePeer, OutboxSocket, Gatherer, WheelEntry {
  readonly outbox: SocketOutbox;
  readonly openedAtMs: number;
  readonly #host: EventStreamHost;
  readonly #response: ServerResponse;
  readonly #points: ResumePoints;
  session: Session | null = null;
  waiting: string[] | null = null;
  wheelPlace = NOT_SCHEDULED;
  lastAliveMs: number;
  #lastProgressBytes = 0;
  #hadBacklog = false;
  #begun = false;
  #corked = false;
  #closed = false;
  /** The hash of the session, made once. */
  #hash: string | null = null;
  closeCode: number = ABNORMAL;
  closeReason = "";

  constructor(
    host: EventStreamHost,
    response: ServerResponse,
    outbox: SocketOutbox,
    points: ResumePoints,
    nowMs: number,
  ) {
    this.#host = host;
    this.#response = response;
    this.#points = points;
    this.outbox = outbox;
    this.openedAtMs = nowMs;
    this.lastAliveMs = nowMs;
  }

  get encoding(): NativeEncoding {
    return this.outbox.encoding;
  }

  get origin(): string | undefined {
    return this.#response.req.headers.origin;
  }

  get isOpen(): boolean {
    return !this.#closed && !this.#response.destroyed;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  /** Whether the server has closed the stream, however far the bytes have come. */
  get isClosed(): boolean {
    return this.#closed;
  }

  // For the wire. Commands come by another door, so none of them is ever under way here.

  began(): void {}

  ended(): void {}

  expectPush(): void {}

  turnAway(refusal: Refusal): void {
    if (this.#closed) return;
    this.#closed = true;
    this.closeCode = ERRORS[refusal.code].closeCode ?? CLOSE.forbidden;
    this.#host.refuse(this.#response, refusal);
  }

  complain(refusal: Refusal): void {
    // Without a session there is nothing to stream, and the client has no other chance to say who it is.
    if (this.session === null) this.turnAway(refusal);
    else this.#host.complained(this, refusal);
  }

  // For the outbox.

  writeFrames(events: Uint8Array): void {
    if (this.#corked) return this.#write(events);
    if (this.#closed) return;
    this.cork();
    this.#write(events);
    // While a channel hands out its messages the cursors of those it has served are still on their way.
    if (this.#host.turn.isDirect) this.#host.turn.addOutbox(this);
    else this.uncork();
  }

  flush(): void {
    this.uncork();
  }

  cork(): void {
    this.#corked = true;
    this.#response.cork();
  }

  uncork(): void {
    this.#corked = false;
    this.#writeId();
    this.#response.uncork();
  }

  /** Ends the stream. What is written already arrives; how long that may take is the caller's affair. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    // A client that must stay away and returns all the same, as EventSource does, gives itself away by this id.
    if (!mayReconnect(code)) this.#writeId(OVER);
    this.#closed = true;
    this.closeCode = code;
    this.closeReason = reason;
    this.#response.end();
    this.#host.ending(this);
  }

  /** Says why and closes. */
  disconnect(code: number, reason: string, retryAfterMs: number): void {
    const { outbox } = this;
    outbox.write(outbox.encoding.push({ kind: "disconnect", code, reason, retryAfterMs }));
    outbox.close(code, reason);
  }

  terminate(): void {
    this.#response.destroy();
  }

  // For the heartbeat.

  onDue(): void {
    this.#host.beat(this);
  }

  /** Shows the client, and every proxy on the way, that the stream is alive. */
  heartbeat(): void {
    if (this.#begun && this.bufferedBytes === 0) this.#write(HEARTBEAT);
  }

  /**
   * Whether the peer may be taken for alive since the last heartbeat.
   *
   * It sends nothing, so only a backlog can tell: a peer for which bytes have waited all the time must have taken one. What the kernel
   * takes at once proves nothing either way.
   */
  showsLife(): boolean {
    const { socket } = this.#response;
    const progressBytes = socket === null ? 0 : socketProgressBytes(socket);
    const alive = !this.#hadBacklog || progressBytes !== this.#lastProgressBytes;
    this.#lastProgressBytes = progressBytes;
    this.#hadBacklog = this.bufferedBytes > 0;
    return alive;
  }

  #write(bytes: Uint8Array): void {
    const response = this.#response;
    if (this.#closed || response.destroyed) return;
    if (!this.#begun) {
      this.#begun = true;
      this.#host.begin(response);
    }
    response.write(bytes);
    this.#host.sent(bytes.byteLength);
  }

  /** What EventSource sends when it returns: where it goes on, and whose it was. */
  #writeId(hash?: string): void {
    const { session } = this;
    if (session === null) return;
    this.#hash ??= this.#host.hashOf(session.id);
    const id = formatEventId(this.#points.advance(session), session.connection, hash ?? this.#hash);
    const block = Buffer.from(`id: ${id}\n\n`);
    this.outbox.cap?.spend(block.byteLength);
    this.#write(block);
  }
}
