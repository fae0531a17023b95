import type { Delivery } from "./delivery.ts";
import type { DeliveryGroup, GroupHost } from "./delivery-group.ts";
import type { Encoding } from "./encoding.ts";
import { FrameRing } from "./frame-ring.ts";
import type { Message } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Step } from "./stream-cursor.ts";
import type { Start, Subscription } from "./subscription.ts";

/**
 * The group of `deliver: all`: every message, in order, at the end of the turn.
 *
 * A message is encoded once. At the end of the turn all of the turn's messages are joined into one piece of bytes, and
 * every subscriber that has room is given that same piece. Per delivered message nothing is allocated.
 *
 * Who is up to date keeps step: these stand first in the list and share one cursor, and delivering to them looks at their
 * outboxes only. Visiting each subscription and session too, cold after a thousand system calls, was a tenth of a delivery.
 */
export class FanOut implements DeliveryGroup, Step {
  readonly delivery: Delivery = { mode: "all" };
  readonly encoding: Encoding;
  readonly ring: FrameRing;
  /** Those in step first. */
  readonly #subscriptions: Subscription[] = [];
  /** The outboxes of those in step, at the same places. */
  readonly #outboxes: Outbox[] = [];
  readonly #host: FanOutHost;
  /** Sequence number up to which everybody in step was served. */
  #served = 0;
  #messages: Message[] = [];
  #pieces: Uint8Array[] = [];
  /** Sequence number of the turn's first message; the following ones have no hole. */
  #first = 0;
  /** Connections that some message of the turn excludes; null, as nearly always: none. */
  #excluded: Set<string> | null = null;

  constructor(encoding: Encoding, ring: FrameRing, host: FanOutHost) {
    this.encoding = encoding;
    this.ring = ring;
    this.#host = host;
  }

  /** Where those who keep step are. */
  get offset(): number {
    return this.#served;
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

  begin(subscription: Subscription, start: Start): void {
    const { name, head, tally } = this.#host;
    subscription.offset = start.cursor ?? head.offset;
    if (start.cursor === null) {
      subscription.live = true;
      return;
    }
    if (start.diverged) {
      tally.gaps.epoch += 1;
      const gap = {
        channel: name,
        epoch: head.epoch,
        from: null,
        to: start.cursor,
        reason: "epoch",
      } as const;
      subscription.session.push({ kind: "gap", ...gap });
    }
    this.#host.catchUp(subscription);
  }

  remove(subscription: Subscription): void {
    this.#leaveStep(subscription);
    const last = this.#subscriptions.pop();
    if (last !== undefined && last !== subscription) this.#place(last, subscription.index);
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
    const last = this.#first + count - 1;
    this.#serveStep(joined);
    this.#host.tally.deliveries += count * this.#outboxes.length;
    this.#served = last;
    // Nothing in the loop takes a subscriber out: writing to a socket reports what happens to it later.
    for (let index = this.#outboxes.length; index < this.#subscriptions.length; index += 1) {
      const subscription = this.#subscriptions[index];
      if (subscription === undefined || !subscription.live) continue;
      this.#serveAlone(subscription, joined, last);
      if (subscription.live && subscription.offset === last && subscription.dropped === 0) {
        this.#keepStep(subscription);
      }
    }
    this.#messages = [];
    this.#pieces = [];
    this.#excluded = null;
  }

  /** Turns every subscriber to the stream, since messages were missed. */
  missed(): void {
    this.ring.clear();
    for (const subscription of [...this.#subscriptions]) this.#fallBehind(subscription);
  }

  /** Serves those who keep step; whoever has no room, or is excluded, leaves it and is served alone. */
  #serveStep(joined: Uint8Array): void {
    const excluded = this.#excluded;
    if (excluded !== null) {
      for (let index = this.#outboxes.length - 1; index >= 0; index -= 1) {
        const subscription = this.#subscriptions[index];
        if (subscription !== undefined && excluded.has(subscription.session.connection)) {
          this.#leaveStep(subscription);
        }
      }
    }
    for (let index = 0; index < this.#outboxes.length; index += 1) {
      const outbox = this.#outboxes[index];
      if (outbox === undefined) return;
      if (outbox.overrun) {
        const subscription = this.#subscriptions[index];
        if (subscription !== undefined) this.#leaveStep(subscription);
        // Another one has taken the place.
        index -= 1;
      } else {
        outbox.write(joined);
      }
    }
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

  #fallBehind(subscription: Subscription): void {
    this.#leaveStep(subscription);
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

  /** Puts a subscription that stands where the step does behind the others in step. */
  #keepStep(subscription: Subscription): void {
    const { outbox } = subscription.session;
    const place = this.#outboxes.length;
    const displaced = this.#subscriptions[place];
    if (outbox === null || displaced === undefined) return;
    this.#place(displaced, subscription.index);
    this.#place(subscription, place);
    this.#outboxes.push(outbox);
    subscription.keepStep(this);
  }

  /** Takes a subscription out of the step, to the first place of those who are not in it. */
  #leaveStep(subscription: Subscription): void {
    const { index } = subscription;
    const lastOutbox = index < this.#outboxes.length ? this.#outboxes.pop() : undefined;
    if (lastOutbox === undefined) return;
    const lastPlace = this.#outboxes.length;
    const last = this.#subscriptions[lastPlace];
    if (last !== undefined && last !== subscription) {
      this.#outboxes[index] = lastOutbox;
      this.#place(last, index);
      this.#place(subscription, lastPlace);
    }
    subscription.leaveStep();
  }

  #place(subscription: Subscription, index: number): void {
    this.#subscriptions[index] = subscription;
    subscription.index = index;
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
type FanOutHost = Pick<GroupHost, "name" | "head" | "tally" | "catchUp" | "fellBehind">;
