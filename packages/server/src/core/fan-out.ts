import type { Encoding } from "./encoding.ts";
import { FrameRing } from "./frame-ring.ts";
import type { Message } from "./message.ts";
import type { Member } from "./push.ts";
import type { Subscription } from "./subscription.ts";

/**
 * A channel's subscribers that share one encoding, with what they are to get at the end of the turn.
 *
 * A message is encoded once. At the end of the turn all of the turn's messages are joined into one piece of bytes, and
 * every subscriber that has room is given that same piece. Per delivered message nothing is allocated.
 */
export class FanOut {
  readonly encoding: Encoding;
  readonly ring: FrameRing;
  readonly #subscriptions: Subscription[] = [];
  readonly #onBehind: (subscription: Subscription) => void;
  #messages: Message[] = [];
  #pieces: Uint8Array[] = [];
  /** Sequence number of the turn's first message; the following ones have no hole. */
  #first = 0;
  /** Connections that some message of the turn excludes; null, as nearly always: none. */
  #excluded: Set<string> | null = null;

  /** `onBehind` is called for a subscriber that stopped being live and must read the stream. */
  constructor(encoding: Encoding, ring: FrameRing, onBehind: (subscription: Subscription) => void) {
    this.encoding = encoding;
    this.ring = ring;
    this.#onBehind = onBehind;
  }

  get size(): number {
    return this.#subscriptions.length;
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions;
  }

  add(subscription: Subscription): void {
    subscription.index = this.#subscriptions.length;
    this.#subscriptions.push(subscription);
  }

  remove(subscription: Subscription): void {
    const last = this.#subscriptions.pop();
    if (last !== undefined && last !== subscription) {
      this.#subscriptions[subscription.index] = last;
      last.index = subscription.index;
    }
    subscription.index = -1;
  }

  /** Encodes a message for this turn. Within a turn `sequence` grows by one. */
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
    const count = this.#pieces.length;
    if (count === 0) return;
    const [only] = this.#pieces;
    const joined = count === 1 && only !== undefined ? only : this.encoding.join(this.#pieces);
    const first = this.#first;
    const last = first + count - 1;
    const excluded = this.#excluded;
    const stored = this.#messages[0]?.offset !== null;
    // Nothing in the loop takes a subscriber out: writing to a socket reports what happens to it later.
    for (let index = 0; index < this.#subscriptions.length; index += 1) {
      const subscription = this.#subscriptions[index];
      if (subscription === undefined || !subscription.live) continue;
      const outbox = subscription.session.outbox;
      if (outbox === null) continue;
      if (outbox.overrun) {
        if (stored) this.#fallBehind(subscription);
        else this.#drop(subscription, last);
      } else if (
        subscription.continuesAt(first) &&
        subscription.dropped === 0 &&
        (excluded === null || !excluded.has(subscription.session.connection))
      ) {
        subscription.offset = last;
        outbox.write(joined);
      } else {
        this.#offerEach(subscription);
      }
    }
    this.#messages = [];
    this.#pieces = [];
    this.#excluded = null;
  }

  /** Gives a list of who came or left to those who are up to date; the others get the whole list when they are. */
  announce(kind: "join" | "leave", channel: string, members: readonly Member[]): void {
    if (members.length === 0 || this.#subscriptions.length === 0) return;
    const bytes = this.encoding.push({ kind, channel, members });
    for (const subscription of this.#subscriptions) {
      const outbox = subscription.session.outbox;
      if (outbox === null) continue;
      if (subscription.live && !subscription.presenceStale && !outbox.overrun) outbox.write(bytes);
      else subscription.presenceStale = true;
    }
  }

  /** The way of a subscriber whose cursor or exclusions are its own. */
  #offerEach(subscription: Subscription): void {
    const outbox = subscription.session.outbox;
    for (let index = 0; index < this.#pieces.length && outbox !== null; index += 1) {
      const message = this.#messages[index];
      const piece = this.#pieces[index];
      if (message === undefined || piece === undefined) return;
      const offer = subscription.offer(this.#first + index);
      if (offer === "behind") return this.#onBehind(subscription);
      if (offer === "drop") continue;
      const skipped = message.exclude !== null && message.exclude === subscription.session.connection;
      if (message.offset !== null) subscription.tailSkipped = skipped;
      if (skipped) continue;
      outbox.write(subscription.dropped === 0 ? piece : this.encoding.message(message, subscription.dropped));
      subscription.dropped = 0;
    }
  }

  #fallBehind(subscription: Subscription): void {
    subscription.fallBehind();
    this.#onBehind(subscription);
  }

  #drop(subscription: Subscription, last: number): void {
    for (const message of this.#messages) {
      if (message.exclude !== subscription.session.connection) subscription.dropped += 1;
    }
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
