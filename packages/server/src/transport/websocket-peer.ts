import { CLOSE, CLOSE_REASONS, ERRORS } from "@tidewire/protocol";
import type { WebSocketConnection } from "@tidewire/websocket";
import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { NativeEncoding } from "../wire/native/native-encoding.ts";
import type { NativePeer } from "../wire/native/native-wire.ts";
import type { SocketOutbox } from "./socket-outbox.ts";

/** What a peer needs of the transport it belongs to: one object for all peers. */
export interface PeerHost {
  readonly maxPendingCommands: number;
  /** A peer's heartbeat is due. */
  beat(peer: WebSocketPeer): void;
  /** The first complaint since the last heartbeat. */
  complained(peer: WebSocketPeer, refusal: Refusal): void;
  /** Calls the rest when its time is over. */
  scheduleRest(rest: WheelEntry, restMs: number): void;
}

/** So many wrong messages between two heartbeats end a connection. */
const MAX_COMPLAINTS = 100;

/** One client on a WebSocket: its outbox, its session once it has one, and its signs of life. */
export class WebSocketPeer implements NativePeer, WheelEntry {
  readonly outbox: SocketOutbox;
  readonly #host: PeerHost;
  #connection: WebSocketConnection<WebSocketPeer> | null = null;
  readonly origin: string | undefined;
  session: Session | null = null;
  waiting: string[] | null = null;
  wheelPlace = NOT_SCHEDULED;
  openedAtMs: number;
  lastAliveMs: number;
  lastReceivedBytes = 0;
  lastProgressBytes = 0;
  /** Whether bytes waited for the kernel at the last heartbeat. */
  hadBacklog = false;
  #pending = 0;
  #paused = false;
  #complaints = 0;
  /** null while it may send, as nearly always. */
  #rest: Rest | null = null;

  constructor(host: PeerHost, outbox: SocketOutbox, origin: string | undefined, nowMs: number) {
    this.#host = host;
    this.outbox = outbox;
    this.origin = origin;
    this.openedAtMs = nowMs;
    this.lastAliveMs = nowMs;
  }

  get encoding(): NativeEncoding {
    return this.outbox.encoding;
  }

  get isOpen(): boolean {
    return this.#connection?.isOpen === true;
  }

  get connection(): WebSocketConnection<WebSocketPeer> | null {
    return this.#connection;
  }

  open(connection: WebSocketConnection<WebSocketPeer>, encoding: NativeEncoding): void {
    this.#connection = connection;
    this.lastReceivedBytes = connection.receivedBytes;
    this.outbox.open(connection, encoding);
  }

  onDue(): void {
    this.#complaints = 0;
    this.#host.beat(this);
  }

  began(weight: number): void {
    this.#pending += weight;
    this.throttle();
  }

  ended(weight: number): void {
    this.#pending -= weight;
    this.unthrottle();
  }

  /**
   * Stops reading while too much is under way, or more waits for the client than its outbox may hold.
   *
   * Small commands have large answers: a client that asks for history and reads none of it would fill the memory. One that
   * may not be sent more for now is read on, since its pings want an answer.
   */
  throttle(): void {
    if (this.#paused) return;
    if (this.#rest === null && this.#pending < this.#host.maxPendingCommands && !this.outbox.isFull) return;
    this.#paused = true;
    this.#connection?.pauseReading();
  }

  /** Reads on when there is room again. To be called when a command has ended, and when the socket has drained. */
  unthrottle(): void {
    if (!this.#paused || this.#rest !== null) return;
    if (this.outbox.isFull || this.#pending * 2 > this.#host.maxPendingCommands) return;
    this.#paused = false;
    this.#connection?.resumeReading();
  }

  /** Whether it is not read since it sent too much. */
  get isResting(): boolean {
    return this.#rest !== null;
  }

  /** Does not read for so long. */
  rest(restMs: number): void {
    this.#rest ??= new Rest(this);
    this.#host.scheduleRest(this.#rest, restMs);
    this.throttle();
  }

  rested(): void {
    this.#rest = null;
    this.unthrottle();
  }

  /** What the session is pushed comes this way by itself. */
  expectPush(): void {}

  turnAway(refusal: Refusal): void {
    const { closeCode, retryable } = ERRORS[refusal.code];
    const otherwise = retryable ? CLOSE.unavailable : CLOSE.forbidden;
    this.disconnect(closeCode ?? otherwise, refusal.message, 0);
    this.#host.complained(this, refusal);
  }

  complain(refusal: Refusal): void {
    // Who is refused because of others has done nothing wrong, and the log tells of an overload as a whole.
    if (refusal.code === "overloaded") return;
    this.#complaints += 1;
    if (this.#complaints === 1) this.#host.complained(this, refusal);
    if (this.#complaints === MAX_COMPLAINTS) this.disconnect(CLOSE.flood, CLOSE_REASONS.flood, 0);
  }

  /** Says why and closes; the session, if there is one, may be taken over where the code allows it. */
  disconnect(code: number, reason: string, retryAfterMs: number): void {
    const { outbox } = this;
    outbox.write(outbox.encoding.push({ kind: "disconnect", code, reason, retryAfterMs }));
    outbox.close(code, reason);
  }
}

/** An entry of its own in the wheel, beside the heartbeat; only a peer that sends too much has one. */
class Rest implements WheelEntry {
  wheelPlace = NOT_SCHEDULED;
  readonly #peer: WebSocketPeer;

  constructor(peer: WebSocketPeer) {
    this.#peer = peer;
  }

  onDue(): void {
    this.#peer.rested();
  }
}
