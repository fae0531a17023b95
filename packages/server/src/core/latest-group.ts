import { type ActiveKey, Conflation } from "./conflation.ts";
import type { Delivery } from "./delivery.ts";
import type { Backlog, DeliveryGroup, GroupHost, Progress } from "./delivery-group.ts";
import type { Encoding } from "./encoding.ts";
import { LatestSnapshot } from "./latest-snapshot.ts";
import { keyOf, type LatestValues } from "./latest-values.ts";
import type { Message } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { Straggler } from "./straggler.ts";
import { StepList } from "./step-list.ts";
import type { Step } from "./stream-cursor.ts";
import type { Subscription } from "./subscription.ts";
import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";

/** Everything is sent in one piece, shared by all who begin, where that is not larger than so many pages. */
const SNAPSHOT_PAGES = 4;

/** What the group asks of its channel. */
export type LatestHost = Pick<
  GroupHost,
  "head" | "isStored" | "ticks" | "tally" | "gather" | "catchUp" | "fellBehind"
>;

/**
 * The group of `deliver: latest`: the newest value of each key, at most `maxRate` times a second.
 *
 * What the group sends is a stream of its own, thinned out once for all: a value is encoded when it is sent, joined with those that are sent at the same time,
 * and that piece of bytes goes to everybody in step. So the work grows with what is sent and not with what is published. Who has no room misses
 * some of it and is a {@link Straggler}, for whom the group remembers keys and never values: when there is room again it gets what was sent last for
 * each of them. Whoever is new, or comes back, lacks all keys in the same way.
 */
export class LatestGroup implements DeliveryGroup, Backlog, Step, WheelEntry {
  readonly delivery: Delivery;
  readonly encoding: Encoding;
  readonly ring = null;
  readonly backlog: Backlog = this;
  wheelPlace = NOT_SCHEDULED;
  readonly #host: LatestHost;
  readonly #values: LatestValues;
  readonly #conflation: Conflation;
  readonly #list = new StepList(this);
  /** Those that do not keep step. */
  readonly #stragglers = new Map<Subscription, Straggler>();
  /** Everything that was sent last, encoded; null when that has changed. */
  #snapshot: LatestSnapshot | null = null;

  constructor(
    delivery: Delivery & { readonly maxRate: number },
    encoding: Encoding,
    host: LatestHost,
    values: LatestValues,
  ) {
    this.delivery = delivery;
    this.encoding = encoding;
    this.#host = host;
    this.#values = values;
    this.#conflation = new Conflation(delivery.maxRate);
  }

  /** Where those in step are: at the head, since what was not sent yet will be, or is replaced. */
  get offset(): number {
    return this.#host.head.offset;
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

  begin(subscription: Subscription): void {
    this.#start(subscription, Straggler.withoutAny());
  }

  resume(subscription: Subscription, progress: Progress): void {
    const straggler = Straggler.withAll();
    for (const key of this.#values.keys()) {
      const sent = this.#sentSequence(key);
      const seen = progress.seen(key);
      if (seen < sent) straggler.miss(key);
      else if (seen > sent && this.#waits(key)) straggler.hold(key, seen);
    }
    this.#start(subscription, straggler);
  }

  handOver(subscription: Subscription): Progress {
    const straggler = this.#stragglers.get(subscription);
    const { offset: head } = this.#host.head;
    if (!this.#host.isStored) {
      this.#sendOwed(subscription, straggler);
      return { cursor: head, seen: () => head };
    }
    // Who has got nothing yet lacks what came after it, and no more, in a group that sends everything.
    if (straggler?.lacksAll === true) return { cursor: subscription.offset, seen: () => 0 };
    const seen = new Map<string, number>();
    let cursor = head;
    const owe = (key: string, sequence: number, had: number): void => {
      seen.set(key, had);
      cursor = Math.min(cursor, sequence - 1);
    };
    for (const { key, waiting, waitingSequence, sentSequence } of this.#conflation.active()) {
      if (waiting !== null) owe(key, waitingSequence, straggler?.held(key) ?? sentSequence);
    }
    for (const key of straggler?.missing() ?? []) {
      // It has had something older than what was sent last; which, nobody knows.
      owe(key, this.#values.get(key)?.sequence ?? head, this.#sentSequence(key) - 1);
    }
    return { cursor, seen: (key) => seen.get(key) ?? head };
  }

  remove(subscription: Subscription): void {
    this.#list.remove(subscription);
    this.#stragglers.delete(subscription);
    if (this.size === 0) this.forget();
  }

  gather(message: Message, sequence: number): void {
    if (this.size === 0) return;
    if (this.#conflation.put(keyOf(message), message, sequence)) this.#host.tally.replaced += this.size;
  }

  flush(): void {
    const sent = this.#conflation.take(this.#host.ticks.nowMs());
    if (sent.length > 0) this.#send(sent);
    this.#wakeLater();
  }

  /** All that waits here is kept by the channel. */
  offerWaiting(): void {}

  /** Nobody here reads the stream. */
  runOf(): null {
    return null;
  }

  /** The channel finds out what was missed, and gathers it. */
  missed(): void {}

  forget(): void {
    this.#conflation.clear();
    this.#snapshot = null;
    for (const straggler of this.#stragglers.values()) straggler.holdNone();
    this.#wakeLater();
  }

  onDue(): void {
    this.#host.gather();
  }

  writePage(subscription: Subscription, outbox: Outbox, maxBytes: number): void {
    const straggler = this.#stragglers.get(subscription);
    if (straggler === undefined) return;
    if (straggler.lacksAll) {
      this.#snapshot ??= new LatestSnapshot(this.#sentValues(), this.encoding);
      const { connection } = subscription.session;
      const { bytes, count } = this.#snapshot;
      const fits = bytes !== null && bytes.byteLength <= maxBytes * SNAPSHOT_PAGES;
      if (fits && !this.#snapshot.excludes(connection)) {
        outbox.write(bytes);
        this.#host.tally.deliveries += count;
        straggler.missNone();
      } else if (count === 0) {
        straggler.missNone();
      } else {
        straggler.missEach(this.#values.keys());
      }
    }
    this.#writeMissing(subscription, straggler, outbox, maxBytes);
    if (straggler.isUpToDate) this.#catchUpDone(subscription, straggler);
  }

  #start(subscription: Subscription, straggler: Straggler): void {
    subscription.offset = this.#host.head.offset;
    subscription.live = false;
    subscription.dropped = 0;
    this.#stragglers.set(subscription, straggler);
    if (straggler.isUpToDate) this.#catchUpDone(subscription, straggler);
    else this.#host.catchUp(subscription);
  }

  #catchUpDone(subscription: Subscription, straggler: Straggler): void {
    subscription.live = true;
    subscription.offset = this.#host.head.offset;
    if (straggler.holdsAny) return;
    this.#stragglers.delete(subscription);
    this.#list.keep(subscription);
  }

  #writeMissing({ session }: Subscription, straggler: Straggler, outbox: Outbox, maxBytes: number): void {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (const key of straggler.missing()) {
      if (bytes >= maxBytes) break;
      straggler.found(key);
      const message = this.#sentMessage(key);
      // A key may have been forgotten meanwhile, or its first value leaves at the end of this turn.
      if (message === null || message.exclude === session.connection) continue;
      const piece = this.#conflation.get(key)?.piece ?? this.encoding.message(message, 0);
      pieces.push(piece);
      bytes += piece.byteLength;
    }
    const joined = joinedPieces(pieces, this.encoding);
    if (joined !== null) outbox.write(joined);
    this.#host.tally.deliveries += pieces.length;
  }

  #send(sent: readonly ActiveKey[]): void {
    this.#snapshot = null;
    const pieces: Uint8Array[] = [];
    let excluded: Set<string> | null = null;
    for (const active of sent) {
      if (active.sent === null) continue;
      active.piece = this.encoding.message(active.sent, 0);
      pieces.push(active.piece);
      const { exclude } = active.sent;
      if (exclude !== null) (excluded ??= new Set()).add(exclude);
    }
    const joined = joinedPieces(pieces, this.encoding);
    if (joined === null) return;
    this.#list.write(joined, excluded);
    this.#host.tally.deliveries += pieces.length * this.#list.inStep;
    const { subscriptions } = this.#list;
    // Nothing in the loop takes a subscriber out: writing to a socket reports what happens to it later.
    for (let index = this.#list.inStep; index < subscriptions.length; index += 1) {
      const subscription = subscriptions[index];
      if (subscription !== undefined) this.#serveAlone(subscription, sent);
    }
  }

  #serveAlone(subscription: Subscription, sent: readonly ActiveKey[]): void {
    const { session } = subscription;
    const { outbox } = session;
    if (outbox === null) return;
    let straggler = this.#stragglers.get(subscription);
    if (straggler === undefined) {
      straggler = Straggler.withAll();
      this.#stragglers.set(subscription, straggler);
    }
    const hasRoom = subscription.live && !outbox.overrun;
    for (const { key, sent: message, sentSequence, piece } of sent) {
      if (message === null || piece === null || straggler.has(key, sentSequence)) continue;
      if (message.exclude === session.connection) straggler.found(key);
      else if (hasRoom) this.#writeAlone(outbox, piece);
      else straggler.miss(key);
    }
    if (!subscription.live) return;
    if (straggler.isUpToDate) {
      this.#catchUpDone(subscription, straggler);
    } else {
      subscription.fallBehind();
      this.#host.fellBehind(subscription);
    }
  }

  /** What nobody could read later, whatever the rate. */
  #sendOwed({ session }: Subscription, straggler: Straggler | undefined): void {
    if (straggler?.lacksAll === true) straggler.missEach(this.#values.keys());
    const keys = new Set(straggler?.missing());
    for (const { key, waiting, waitingSequence } of this.#conflation.active()) {
      if (waiting !== null && (straggler?.held(key) ?? 0) < waitingSequence) keys.add(key);
    }
    for (const key of keys) {
      const message = this.#values.get(key)?.message;
      if (message === undefined || message.exclude === session.connection || session.outbox === null)
        continue;
      this.#writeAlone(session.outbox, this.encoding.message(message, 0));
    }
  }

  #writeAlone(outbox: Outbox, piece: Uint8Array): void {
    outbox.write(piece);
    this.#host.tally.deliveries += 1;
  }

  /** What those in step were sent last for a key; null: nothing yet. */
  #sentMessage(key: string): Message | null {
    const active = this.#conflation.get(key);
    return active === undefined ? (this.#values.get(key)?.message ?? null) : active.sent;
  }

  #waits(key: string): boolean {
    return (this.#conflation.get(key)?.waiting ?? null) !== null;
  }

  #sentSequence(key: string): number {
    const active = this.#conflation.get(key);
    return active === undefined ? (this.#values.get(key)?.sequence ?? 0) : active.sentSequence;
  }

  *#sentValues(): Iterable<Message> {
    for (const key of this.#values.keys()) {
      const message = this.#sentMessage(key);
      if (message !== null) yield message;
    }
  }

  #wakeLater(): void {
    const { ticks } = this.#host;
    const { dueMs } = this.#conflation;
    if (dueMs === null) ticks.cancel(this);
    else ticks.schedule(this, dueMs - ticks.nowMs());
  }
}

function joinedPieces(pieces: readonly Uint8Array[], encoding: Encoding): Uint8Array | null {
  const [first] = pieces;
  if (first === undefined) return null;
  return pieces.length === 1 ? first : encoding.join(pieces);
}
