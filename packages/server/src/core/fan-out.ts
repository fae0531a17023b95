import { beginAt, resumeAt } from "./begin-at.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryGroup, GroupHost, Progress } from "./delivery-group.ts";
import { EncodedRun } from "./encoded-run.ts";
import type { Encoding } from "./encoding.ts";
import { FrameRing } from "./frame-ring.ts";
import type { LatestValues } from "./latest-values.ts";
import type { Message } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { PageRun } from "./page-run.ts";
import { SendWindow } from "./send-window.ts";
import { StepList } from "./step-list.ts";
import type { Step } from "./stream-cursor.ts";
import type { Start, Subscription } from "./subscription.ts";

/**
 * The group of `deliver: all`: every message, in order, at the end of the turn.
 *
 * A message is encoded once. At the end of the turn all of the turn's messages are joined into one piece of bytes, and
 * every subscriber that has room is given that same piece. Per delivered message nothing is allocated.
 *
 * Who is up to date keeps step: all of these share one cursor.
 */
export class FanOut implements DeliveryGroup, Step {
  readonly delivery: Delivery;
  readonly encoding: Encoding;
  readonly ring: FrameRing;
  readonly backlog = null;
  readonly #list = new StepList(this);
  readonly #host: FanOutHost;
  /** null: everything leaves at the end of the turn. */
  readonly #window: SendWindow | null;
  /** Sequence number up to which everybody in step was served. */
  #served = 0;
  #messages: Message[] = [];
  #pieces: Uint8Array[] = [];
  /** Sequence number of the turn's first message; the following ones have no hole. */
  #first = 0;
  /** Connections that some message of the turn excludes; null, as nearly always: none. */
  #excluded: Set<string> | null = null;

  constructor(delivery: Delivery, encoding: Encoding, ring: FrameRing, host: FanOutHost) {
    const { windowMs } = delivery;
    this.delivery = delivery;
    this.encoding = encoding;
    this.ring = ring;
    this.#host = host;
    this.#window = windowMs > 0 ? new SendWindow(windowMs, host.ticks, () => host.gather()) : null;
  }

  /** Where those who keep step are. */
  get offset(): number {
    return this.#served;
  }

  get liveFrom(): number {
    return this.#host.head.offset;
  }

  get size(): number {
    return this.#list.subscriptions.length;
  }

  get subscriptions(): readonly Subscription[] {
    return this.#list.subscriptions;
  }

  add(subscription: Subscription): void {
    this.#list.add(subscription);
  }

  begin(subscription: Subscription, start: Start): void {
    beginAt(subscription, start, this.#host, 0);
  }

  resume(subscription: Subscription, { cursor }: Progress): void {
    resumeAt(subscription, cursor, this.#host, this.liveFrom);
  }

  handOver(subscription: Subscription): Progress {
    // What waits for the end of a window cannot be read later.
    if (!this.#host.isStored) this.#send();
    const { offset } = subscription;
    return { cursor: offset, seen: () => offset };
  }

  remove(subscription: Subscription): void {
    this.#list.remove(subscription);
    if (this.size === 0) this.#window?.stop();
  }

  /** Encodes a message for the end of this turn, or of the window. Within it `sequence` grows by one. */
  gather(message: Message, sequence: number): void {
    const piece = this.encoding.message(message, 0);
    if (this.#pieces.length === 0) this.#first = sequence;
    this.#messages.push(message);
    this.#pieces.push(piece);
    if (message.exclude !== null) {
      this.#excluded ??= new Set();
      this.#excluded.add(message.exclude);
    }
    if (message.offset !== null) this.ring.add(sequence, piece, message.exclude, message.timeMs);
  }

  /** Gives the turn's messages to the live subscribers. */
  flush(): void {
    if (this.#pieces.length > 0 && this.#window?.tryBegin() !== false) this.#send();
  }

  #send(): void {
    const count = this.#pieces.length;
    if (count === 0) return;
    const [only] = this.#pieces;
    const joined = count === 1 && only !== undefined ? only : this.encoding.join(this.#pieces);
    const last = this.#first + count - 1;
    this.#list.write(joined, this.#excluded);
    this.#host.tally.deliveries += count * this.#list.inStep;
    this.#served = last;
    const { subscriptions } = this.#list;
    // Nothing in the loop takes a subscriber out: writing to a socket reports what happens to it later.
    for (let index = this.#list.inStep; index < subscriptions.length; index += 1) {
      const subscription = subscriptions[index];
      if (subscription === undefined || !subscription.live) continue;
      this.#serveAlone(subscription, joined, last);
      if (subscription.live && subscription.offset === last && subscription.dropped === 0) {
        this.#list.keep(subscription);
      }
    }
    this.#clear();
  }

  offerWaiting(values: LatestValues): void {
    for (const [index, message] of this.#messages.entries()) values.offer(message, this.#first + index);
  }

  /** Turns every subscriber to the stream, since messages were missed. */
  missed(): void {
    this.ring.clear();
    // What still waits for the end of a window is in the stream, too.
    this.#clear();
    for (const subscription of [...this.#list.subscriptions]) this.#fallBehind(subscription);
  }

  runOf(messages: readonly Message[], isCurrent: boolean): PageRun | null {
    const first = messages[0]?.offset ?? null;
    if (first === null) return null;
    const pieces = messages.map((message) => this.encoding.message(message, 0));
    const excludes = messages.map(({ exclude }) => exclude);
    // The next ones who come back find it in the ring, if nothing newer is there.
    if (isCurrent && this.ring.size === 0) this.ring.fill(messages, pieces);
    return new EncodedRun(first, pieces, excludes);
  }

  forget(): void {
    this.ring.clear();
  }

  #serveAlone(subscription: Subscription, joined: Uint8Array, last: number): void {
    const { session, dropped } = subscription;
    const { outbox } = session;
    if (outbox === null) return;
    if (outbox.overrun) {
      if (this.#messages[0]?.offset !== null) this.#fallBehind(subscription);
      else this.#drop(subscription, last);
    } else if (
      subscription.continuesAt(this.#first) &&
      dropped === 0 &&
      !(this.#excluded?.has(session.connection) ?? false)
    ) {
      subscription.offset = last;
      outbox.write(joined);
      this.#host.tally.deliveries += this.#pieces.length;
    } else {
      this.#offerEach(subscription, outbox);
    }
  }

  /** The way of a subscriber whose cursor or exclusions are its own. */
  #offerEach(subscription: Subscription, outbox: Outbox): void {
    for (let index = 0; index < this.#pieces.length; index += 1) {
      const message = this.#messages[index];
      const piece = this.#pieces[index];
      if (message === undefined || piece === undefined) return;
      const offer = subscription.offer(this.#first + index);
      if (offer === "behind") return this.#host.fellBehind(subscription);
      if (offer === "drop") continue;
      const skipped = message.exclude !== null && message.exclude === subscription.session.connection;
      if (message.offset !== null) subscription.tailSkipped = skipped;
      if (skipped) continue;
      outbox.write(subscription.dropped === 0 ? piece : this.encoding.message(message, subscription.dropped));
      subscription.dropped = 0;
      this.#host.tally.deliveries += 1;
    }
  }

  #clear(): void {
    this.#messages = [];
    this.#pieces = [];
    this.#excluded = null;
  }

  #fallBehind(subscription: Subscription): void {
    this.#list.leave(subscription);
    subscription.fallBehind();
    this.#host.fellBehind(subscription);
  }

  #drop(subscription: Subscription, last: number): void {
    let dropped = 0;
    for (const message of this.#messages) {
      if (message.exclude !== subscription.session.connection) dropped += 1;
    }
    subscription.dropped += dropped;
    this.#host.tally.dropped += dropped;
    subscription.offset = last;
  }

  /** Makes the ring of a stream of which at most `messages` are kept. */
  static ring(messages: number, bytes: number): FrameRing {
    return new FrameRing(Math.min(messages, RING_MESSAGES), Math.min(bytes, RING_BYTES));
  }
}

/** Enough for a few seconds of a busy channel; what is further behind is read from the store in pages. */
const RING_MESSAGES = 256;
const RING_BYTES = 256 * 1024;

/** What the fan-out asks of its channel. */
type FanOutHost = Pick<
  GroupHost,
  "name" | "head" | "isStored" | "ticks" | "tally" | "gather" | "catchUp" | "fellBehind"
>;
