import type { ServerResponse } from "node:http";
import { CLOSE, ERRORS, mayReconnect } from "@tidewire/protocol";
import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";
import type { Outbox } from "../core/outbox.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import type { Session } from "../core/session.ts";
import type { Gatherer, Turn } from "../core/turn.ts";
import type { NativeEncoding } from "../wire/native/native-encoding.ts";
import type { NativePeer } from "../wire/native/native-wire.ts";
import type { BandwidthCap } from "./bandwidth-cap.ts";
import { answerJson, answerRefusal } from "./http-answer.ts";
import type { ResumePoints } from "./resume-points.ts";

/** What a peer needs of the transport it belongs to: one object for all peers. */
export interface PollHost {
  readonly encoding: NativeEncoding;
  readonly turn: Turn;
  readonly outboxBytes: number;
  /** What bounds how much a peer may be told; null: nothing. */
  capOf(peer: PollPeer): BandwidthCap | null;
  /** It is known who the client is: from now on its polls find the peer by the session. */
  joined(peer: PollPeer, session: Session): void;
  /** No poll waits: the next one must come in time. */
  idle(peer: PollPeer): void;
  /** What was told has arrived, so there is room again. */
  drained(peer: PollPeer, session: Session): void;
  /** The time of a poll, or between two polls, is over. */
  due(peer: PollPeer): void;
  /** The peer takes nothing more. */
  closed(peer: PollPeer): void;
  complained(peer: PollPeer, refusal: Refusal): void;
  /** So many bytes of frames were written. */
  sent(bytes: number): void;
}

/** A poll that waits for frames, with the `since` that it asks with. */
export interface OpenPoll {
  readonly response: ServerResponse;
  readonly since: string;
}

/** The close code of a client that went away without a word (RFC 6455 §7.4.1). */
const ABNORMAL = 1006;

const OK = 200;
const END = Buffer.from("]}");

/**
 * One client that polls: its session, and the frames that wait for its next poll.
 *
 * What was told is kept until a poll shows by its `since` that it has arrived; asked with the same `since` again, it is repeated. All of it
 * together is bounded as every outbox is: what does not fit stays in the streams.
 */
export class PollPeer implements NativePeer, Outbox, Gatherer, WheelEntry {
  readonly address: string;
  readonly origin: string | undefined;
  readonly openedAtMs: number;
  waiting: string[] | null = null;
  wheelPlace = NOT_SCHEDULED;
  /** When positions that no frame told were last told. */
  tailsToldAtMs: number;
  closeCode: number = ABNORMAL;
  closeReason = "";
  readonly #host: PollHost;
  readonly #points: ResumePoints;
  #session: Session | null = null;
  #open: OpenPoll | null;
  #told: Uint8Array[] = [];
  #fresh: Uint8Array[] = [];
  #bytes = 0;
  readonly #cap: BandwidthCap | null;
  /** Counts the answers that held frames, so that each has a `since` of its own. */
  #answers = 0;
  /** What a poll asks with that has got the last answer, and one that has not; null before there was such an answer. */
  #since: string | null = null;
  #sinceBefore: string | null = null;
  #gathering = false;
  #closed = false;

  constructor(host: PollHost, open: OpenPoll, points: ResumePoints, address: string, nowMs: number) {
    const { req } = open.response;
    this.#host = host;
    this.#open = open;
    this.#points = points;
    this.address = address;
    this.origin = req.headers.origin;
    this.openedAtMs = nowMs;
    this.tailsToldAtMs = nowMs;
    this.#cap = host.capOf(this);
    this.#watch(open);
  }

  get outbox(): Outbox {
    return this;
  }

  get encoding(): NativeEncoding {
    return this.#host.encoding;
  }

  get session(): Session | null {
    return this.#session;
  }

  set session(session: Session | null) {
    this.#session = session;
    if (session !== null) this.#host.joined(this, session);
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  /** Whether a poll waits at this moment. */
  get isAsked(): boolean {
    return this.#open !== null;
  }

  // For the polls.

  /** Whether a poll that asks with this `since` goes on where this peer is. Only one that an answer gave does. */
  continuesAt(since: string): boolean {
    return since === this.#since || since === this.#sinceBefore;
  }

  /** Takes the next poll, which must continue here. One that still waits is answered with nothing. */
  ask(open: OpenPoll): void {
    if (this.#open !== null) this.#send(this.#open, this.#open.since, []);
    this.#open = open;
    this.#watch(open);
    if (open.since === this.#since) this.#forgetTold();
    else this.#repeatTold();
    if (this.#closed) this.#tellTheEnd(open);
    else this.#gather();
  }

  /** Answers the poll that waits, whatever there is to say. */
  answer(): void {
    const open = this.#open;
    if (open === null || this.#session === null) return;
    this.#open = null;
    const frames = this.#fresh;
    if (frames.length > 0) {
      if (this.#answers > 0) this.#sinceBefore = open.since;
      this.#answers += 1;
      this.#since = `${this.#points.advance(this.#session)};${this.#answers}`;
      this.#told = frames;
      this.#fresh = [];
    }
    this.#send(open, this.#since ?? open.since, frames);
    this.#host.idle(this);
  }

  onDue(): void {
    this.#host.due(this);
  }

  /** Says why and closes. */
  disconnect(code: number, reason: string, retryAfterMs: number): void {
    this.write(this.encoding.push({ kind: "disconnect", code, reason, retryAfterMs }));
    this.close(code, reason);
  }

  // For the wire. Commands come by another door, so none of them is ever under way here.

  began(): void {}

  ended(): void {}

  expectPush(): void {}

  turnAway(refusal: Refusal): void {
    const open = this.#open;
    this.#open = null;
    this.#end(ERRORS[refusal.code].closeCode ?? CLOSE.forbidden, refusal.message);
    if (open !== null) answerRefusal(open.response, refusal);
  }

  complain(refusal: Refusal): void {
    this.#host.complained(this, refusal);
    // Without a session there is nothing to poll, and the client has no other chance to say who it is.
    if (this.#session === null) this.turnAway(refusal);
  }

  // For the core.

  get overrun(): boolean {
    return this.#bytes > this.#host.outboxBytes || this.isCapped;
  }

  get isCapped(): boolean {
    return this.#cap?.isSpent === true;
  }

  get hasRoom(): boolean {
    return this.#bytes < this.#host.outboxBytes / 2 && !this.isCapped;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#cap?.spend(bytes.byteLength);
    this.#fresh.push(bytes);
    this.#bytes += bytes.byteLength;
    this.#gather();
  }

  flush(): void {
    this.#gathering = false;
    // Subscriptions that begin are worth waiting for: then the answer tells where each of them is.
    if (this.#fresh.length > 0 && !this.#hasBeginning()) this.answer();
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    // Who has no session yet is told by the status: there is nothing that a further poll could go on with.
    if (this.#session === null && this.#open !== null) {
      return this.turnAway(refuse(mayReconnect(code) ? "shutting_down" : "session_refused", reason));
    }
    this.#end(code, reason);
    if (this.#open === null) this.#host.idle(this);
    else this.answer();
  }

  #end(code: number, reason: string): void {
    this.#closed = true;
    this.#cap?.stop();
    this.closeCode = code;
    this.closeReason = reason;
    this.#host.closed(this);
  }

  /** Tells what there was left to say when it closed, and refuses whoever has heard all of it. */
  #tellTheEnd({ response }: OpenPoll): void {
    if (this.#fresh.length > 0) return this.answer();
    this.#open = null;
    answerRefusal(response, refuse("session_refused", this.closeReason));
  }

  #forgetTold(): void {
    for (const bytes of this.#told) this.#bytes -= bytes.byteLength;
    this.#told = [];
    if (this.#session !== null && !this.#closed) this.#host.drained(this, this.#session);
  }

  #repeatTold(): void {
    this.#fresh = [...this.#told, ...this.#fresh];
    this.#told = [];
  }

  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#host.turn.addOutbox(this);
  }

  #hasBeginning(): boolean {
    for (const subscription of this.#session?.subscriptions.values() ?? []) {
      if (!subscription.isInEffect) return true;
    }
    return false;
  }

  /** A client that goes away while its poll waits may ask again, as if it had been answered. */
  #watch({ response }: OpenPoll): void {
    response.on("error", ignore);
    response.on("close", () => {
      if (this.#open?.response !== response) return;
      this.#open = null;
      this.#host.idle(this);
    });
  }

  #send({ response }: OpenPoll, since: string, frames: readonly Uint8Array[]): void {
    const fields = JSON.stringify({ session: this.#session?.id, since });
    const head = Buffer.from(`${fields.slice(0, -1)},"frames":[`);
    const [first, ...rest] = frames;
    // Each frame begins with the comma that separates it from the one before.
    const list = first === undefined ? [] : [first.subarray(1), ...rest];
    this.#host.sent(list.reduce((sum, { byteLength }) => sum + byteLength, 0));
    if (this.#closed) response.setHeader("connection", "close");
    answerJson(response, OK, [head, ...list, END]);
  }
}

/** What fails on the way to a client is told by `close`. */
function ignore(): void {}
