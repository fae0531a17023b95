import { BudgetChoice, budgetWindowMs } from "./budget-choice.ts";
import { beginAt, resumeAt } from "./begin-at.ts";
import type { Delivery } from "./delivery.ts";
import type { DeliveryGroup, GroupHost, Progress } from "./delivery-group.ts";
import type { Encoding } from "./encoding.ts";
import { FrameRing } from "./frame-ring.ts";
import type { LatestValues } from "./latest-values.ts";
import type { Message } from "./message.ts";
import type { PageRun, Serving } from "./page-run.ts";
import { mustReach, personalPlaces } from "./personal-places.ts";
import { type Receiver, Sample, serveEach } from "./sample.ts";
import { SendWindow } from "./send-window.ts";
import { StepList } from "./step-list.ts";
import type { Step } from "./stream-cursor.ts";
import type { Start, Subscription } from "./subscription.ts";

/** Whoever comes back is given what must not be dropped out of so many of the newest messages; one page of a stream. */
const LOOK_BACK = 500;

/** What is decided about at the end of a window. The first message has the number after `before`. */
interface Batch {
  readonly before: number;
  readonly messages: readonly Message[];
  readonly sample: Sample;
}

/**
 * The group of `deliver: budget`: at most so many messages per second, chosen fairly; the others are counted.
 *
 * What comes within a window waits for its end. Then a part is chosen, encoded once, joined, and given to all who are up to
 * date; the rest is dropped, and each message says how many before it were. So a window costs one write for each subscriber,
 * however much was published. The newest message that was not chosen is not dropped yet: it waits among those of the next window.
 * So when a flood ends, its last message comes and tells all that was dropped.
 *
 * The cursor of a live subscription is the last message that it was given, so no position passes what it was not told of.
 * `dropped` is what has been decided against since, except for those in step, who share it.
 *
 * A subscriber without room only counts. When it misses a message that must not be dropped, it reads the stream from there on,
 * as soon as it has room, and is given all of those. Without history these are dropped as well, and counted.
 */
export class BudgetGroup implements DeliveryGroup, Step {
  readonly delivery: Delivery;
  readonly encoding: Encoding;
  /** Nothing is kept: pages are read for what they hold, and hardly ever two alike. */
  readonly ring = new FrameRing(0, 0);
  readonly backlog = null;
  readonly #budget: number;
  readonly #host: GroupHost;
  readonly #list = new StepList(this);
  readonly #choice: BudgetChoice;
  readonly #window: SendWindow;
  /** Sequence number up to which everything was given or decided against. */
  #decided: number;
  /** Sequence number of the last message that everybody in step was given. */
  #told: number;
  /** Those after the decided ones. */
  #waiting: Message[] = [];
  #urgent = 0;
  /** How many messages those who catch up were given so far. */
  readonly #given = new Map<Subscription, number>();

  constructor(delivery: Delivery & { readonly budget: number }, encoding: Encoding, host: GroupHost) {
    const windowMs = budgetWindowMs(delivery.windowMs);
    this.delivery = delivery;
    this.encoding = encoding;
    this.#budget = delivery.budget;
    this.#host = host;
    this.#choice = new BudgetChoice(delivery.budget, windowMs, host.random);
    this.#window = new SendWindow(windowMs, host.ticks, () => host.gather());
    this.#decided = host.head.offset;
    this.#told = this.#decided;
  }

  get offset(): number {
    return this.#told;
  }

  get liveFrom(): number {
    return this.#decided;
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
    const { head } = this.#host;
    const skipped =
      start.cursor === null ? 0 : head.offset - Math.max(LOOK_BACK, this.#budget) - start.cursor;
    beginAt(subscription, start, this.#host, Math.max(0, skipped));
  }

  resume(subscription: Subscription, { cursor }: Progress): void {
    resumeAt(subscription, cursor, this.#host, this.liveFrom);
  }

  handOver(subscription: Subscription): Progress {
    if (subscription.live) this.#stopAt(subscription, this.#decided);
    // What still waits cannot be read later: it counts as dropped.
    if (!this.#host.isStored) subscription.dropped += this.#waitingFor(subscription);
    const { offset } = subscription;
    return { cursor: offset, seen: () => offset };
  }

  remove(subscription: Subscription): void {
    this.#list.remove(subscription);
    this.#given.delete(subscription);
    if (this.size === 0) this.#window.stop();
  }

  gather(message: Message, sequence: number): void {
    if (this.size === 0) {
      this.#forget(sequence);
      return;
    }
    this.#waiting.push(message);
    if (message.priority === "high") this.#urgent += 1;
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    if (this.size === 0) return this.#forget(this.#decided + this.#waiting.length);
    const nowMs = this.#host.ticks.nowMs();
    const waitMs = this.#urgent === 0 ? this.#choice.waitMs(nowMs) : 0;
    if (waitMs > 0) return this.#window.wait(waitMs);
    if (!this.#window.tryBegin()) return;
    this.#serve(this.#choice.choose(this.#waiting, nowMs));
    if (this.#waiting.length > 0) this.#window.awaitEnd();
  }

  offerWaiting(values: LatestValues): void {
    for (const [index, message] of this.#waiting.entries()) values.offer(message, this.#decided + 1 + index);
  }

  missed(): void {
    const live = this.#list.subscriptions.filter((one) => one.live);
    for (const subscription of live) this.#fallBehind(subscription, this.#decided);
    this.#forget(this.#host.head.offset);
    for (const subscription of live) this.#host.fellBehind(subscription);
  }

  /** What still waits is sent all the same, as it is in other modes. */
  forget(): void {}

  runOf(messages: readonly Message[]): PageRun | null {
    const first = messages[0]?.offset ?? null;
    if (first === null) return null;
    const last = first + messages.length - 1;
    return { first, last, serve: (subscription) => this.#servePage(subscription, messages) };
  }

  /** Gives everybody what was chosen, and decides against the rest, but for the newest. */
  #serve(chosen: readonly number[]): void {
    const { tally, subscribers } = this.#host;
    const keepsNewest = chosen.at(-1) !== this.#waiting.length - 1;
    const messages = keepsNewest ? this.#waiting.slice(0, -1) : this.#waiting;
    this.#waiting = keepsNewest ? this.#waiting.slice(-1) : [];
    this.#urgent = 0;
    const batch: Batch = {
      before: this.#decided,
      messages,
      sample: new Sample(this.encoding, messages, chosen),
    };
    const isShared = (place: number): boolean => batch.sample.has(place);
    const personal = personalPlaces(messages, isShared, this, subscribers);
    for (const subscription of personal.keys()) this.#list.leave(subscription);
    const { bytes, count, told } = batch.sample.serve(0, batch.before - this.#told);
    if (bytes !== null) this.#list.write(bytes, null);
    const { subscriptions, inStep } = this.#list;
    tally.deliveries += count * inStep;
    tally.overBudget += (messages.length - count) * inStep;
    this.#decided = batch.before + messages.length;
    if (told >= 0) this.#told = batch.before + 1 + told;
    for (let index = inStep; index < subscriptions.length; index += 1) {
      const subscription = subscriptions[index];
      if (subscription?.live !== true) continue;
      this.#serveAlone(subscription, batch, personal.get(subscription) ?? null);
    }
  }

  /** The way of a subscriber that stands elsewhere than the others, or to whom something does not apply as to them. */
  #serveAlone(subscription: Subscription, batch: Batch, places: readonly number[] | null): void {
    const { session } = subscription;
    const { before, messages, sample } = batch;
    const { outbox, connection } = session;
    this.#given.delete(subscription);
    if (outbox === null) return;
    const receiver = {
      connection,
      from: Math.max(0, subscription.offset - before),
      dropped: this.#droppedUntil(before, subscription),
    };
    if (outbox.overrun) return this.#miss(subscription, batch, receiver);
    const served =
      places === null ? sample.serve(receiver.from, receiver.dropped) : sample.serveWith(places, receiver);
    if (served.bytes !== null) outbox.write(served.bytes);
    const { tally } = this.#host;
    tally.deliveries += served.count;
    tally.overBudget += Math.max(0, messages.length - receiver.from - served.count);
    if (served.told >= 0) {
      subscription.offset = before + 1 + served.told;
      subscription.tailSkipped = false;
    }
    this.#settle(subscription, served.dropped);
  }

  /** Counts what a subscriber without room is not given, or lets it read the stream if that must not be. */
  #miss(
    subscription: Subscription,
    { before, messages }: Batch,
    { connection, from, dropped }: Receiver,
  ): void {
    const missed = messages.slice(from).filter(({ exclude }) => exclude !== connection);
    if (this.#host.isStored && missed.some((message) => mustReach(message, subscription.session))) {
      this.#fallBehind(subscription, before);
      return this.#host.fellBehind(subscription);
    }
    const { tally } = this.#host;
    if (this.#host.isStored) tally.overBudget += missed.length;
    else tally.dropped += missed.length;
    this.#settle(subscription, dropped + missed.length);
  }

  /** Takes note of what a live subscription was not told of after all that is decided; it keeps step if it is where the others are. */
  #settle(subscription: Subscription, dropped: number): void {
    subscription.dropped = dropped;
    if (dropped === 0 && subscription.offset < this.#decided) {
      // All that followed was for others.
      subscription.offset = this.#decided;
      subscription.tailSkipped = this.#host.isStored;
    }
    if (subscription.offset !== this.#told || dropped !== this.#decided - this.#told) return;
    subscription.dropped = 0;
    this.#list.keep(subscription);
  }

  /** How much a live subscription was not told of up to here. One that has just left the step shared this with the others. */
  #droppedUntil(decided: number, { dropped, offset }: Subscription): number {
    return dropped > 0 ? dropped : Math.max(0, decided - offset);
  }

  /** Turns a live subscription to the stream, from what was decided before on. */
  #fallBehind(subscription: Subscription, decided: number): void {
    this.#stopAt(subscription, decided);
    subscription.fallBehind();
    this.#given.delete(subscription);
  }

  #waitingFor({ offset, session }: Subscription): number {
    const first = Math.max(0, offset - this.#decided);
    return this.#waiting.slice(first).filter(({ exclude }) => exclude !== session.connection).length;
  }

  /** Lets a live subscription go its own way from what was decided before on, with the count of what it was not told of. */
  #stopAt(subscription: Subscription, decided: number): void {
    this.#list.leave(subscription);
    subscription.dropped = this.#droppedUntil(decided, subscription);
    subscription.offset = Math.max(subscription.offset, decided);
  }

  /**
   * Gives a subscription of a page what must reach it, and of the newest messages as many as a second has.
   *
   * The page that makes it live ends with the newest ones. Before that it is only clear which ones are not among them.
   */
  #servePage(subscription: Subscription, messages: readonly Message[]): Serving {
    const { connection } = subscription.session;
    const given = this.#given.get(subscription) ?? 0;
    const places = [...messages.keys()];
    const meant = places.filter((place) => messages[place]?.exclude !== connection);
    const newest = new Set(this.#budget > given ? meant.slice(given - this.#budget) : []);
    const oldest = subscription.live ? 0 : this.#host.head.offset - this.#budget;
    const isGiven = (place: number): boolean => {
      const message = messages[place];
      if (message === undefined || message.exclude === connection) return true;
      return (
        (newest.has(place) && (message.offset ?? 0) > oldest) || mustReach(message, subscription.session)
      );
    };
    const receiver = { connection, from: 0, dropped: subscription.dropped };
    const served = serveEach(messages, places.filter(isGiven), receiver, this.encoding);
    this.#given.set(subscription, given + served.count);
    subscription.dropped = served.dropped;
    this.#host.tally.overBudget += messages.length - served.count;
    return served;
  }

  #forget(sequence: number): void {
    this.#waiting = [];
    this.#urgent = 0;
    this.#decided = sequence;
    this.#told = sequence;
  }
}
