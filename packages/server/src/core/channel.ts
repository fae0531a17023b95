import type { Random } from "../base/clock.ts";
import type { ChannelOptions } from "../config/channel-options.ts";
import { announce } from "./announce.ts";
import { createGroup } from "./create-group.ts";
import { type Delivery, deliveryOf, isSameDelivery, type Wishes } from "./delivery.ts";
import type { DeliveryGroup, GroupHost, Progress } from "./delivery-group.ts";
import type { Encoding } from "./encoding.ts";
import { type Happenings, NOBODY_LISTENS } from "./happenings.ts";
import { LatestValues } from "./latest-values.ts";
import type { Message } from "./message.ts";
import type { PatternSubscription } from "./pattern-subscription.ts";
import type { Patterns } from "./patterns.ts";
import { Roster } from "./roster.ts";
import type { Head } from "./streams.ts";
import type { SubscriberIndex } from "./subscriber-index.ts";
import type { Start, SubscribedChannel, Subscription } from "./subscription.ts";
import type { Tally } from "./tally.ts";
import type { Ticks } from "./ticks.ts";
import type { Gatherer, Turn } from "./turn.ts";

/** What a channel asks of the hub that holds it. */
export interface ChannelHost {
  readonly turn: Turn;
  readonly ticks: Ticks;
  readonly happenings: Happenings;
  readonly tally: Tally;
  readonly random: Random;
  readonly subscribers: SubscriberIndex;
  readonly patterns: Patterns;
  /** A subscriber stopped being live, or starts behind the head: it must read the stream. */
  catchUp(subscription: Subscription): void;
  /** A subscription cannot be served live any more, for now. */
  fellBehind(subscription: Subscription): void;
  /** The channel needs the last values that the broker keeps: hand them to `takeValues`, then or later. */
  needsValues(channel: Channel): void;
  /** Nobody holds the channel any more. */
  vacated(channel: Channel): void;
}

/**
 * A channel that somebody on this node is interested in: its head, its subscribers, and who is present.
 *
 * `head` is the offset of the last message handed out here, never what the store shows. A channel without history counts
 * its messages in the same way, but nobody outside sees the numbers.
 */
export class Channel implements Gatherer, GroupHost, SubscribedChannel {
  readonly name: string;
  #options: ChannelOptions;
  /** By which subscribers are served: the same, but for a moment after a change. */
  #served: ChannelOptions;
  #roster: Roster | null;
  readonly #host: ChannelHost;
  readonly #groups: DeliveryGroup[] = [];
  /** The last message of each key; null where only the messages count. */
  #values: LatestValues | null = null;
  /** Whether `#values` has what the broker had kept before. */
  #valuesComplete = false;
  #epoch = "";
  #head = 0;
  #open = false;
  /** Subscriptions that take effect at the end of the turn. */
  #joining: Subscription[] = [];
  /** Reports that came before the head was known. */
  #early: Message[] = [];
  #holds = 0;
  #occupied = false;
  #gathering = false;
  /** The newest pattern that has met this channel. */
  #metPattern = 0;

  constructor(name: string, options: ChannelOptions, host: ChannelHost) {
    this.name = name;
    this.#options = options;
    this.#served = options;
    if (options.deliver === "latest") this.#values = new LatestValues();
    this.#host = host;
    this.#roster = options.presence ? this.#newRoster(host.happenings) : null;
  }

  get options(): ChannelOptions {
    return this.#options;
  }

  /** Who is present; null in a channel without presence. */
  get roster(): Roster | null {
    return this.#roster;
  }

  get tally(): Tally {
    return this.#host.tally;
  }

  get ticks(): Ticks {
    return this.#host.ticks;
  }

  get random(): Random {
    return this.#host.random;
  }

  get subscribers(): SubscriberIndex {
    return this.#host.subscribers;
  }

  get head(): Head {
    return { epoch: this.#epoch, offset: this.#head };
  }

  get isStored(): boolean {
    return this.#options.history !== null;
  }

  /** Whether subscribers cannot be served before `takeValues`. */
  get lacksValues(): boolean {
    return this.#values !== null && !this.#valuesComplete;
  }

  /** Whether the broker has told the head. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Whether anybody has subscribed since it is held. */
  get isOccupied(): boolean {
    return this.#occupied;
  }

  get subscriberCount(): number {
    return this.#groups.reduce((sum, group) => sum + group.size, this.#joining.length);
  }

  get ringBytes(): number {
    return this.#groups.reduce((sum, { ring }) => sum + (ring?.bytes ?? 0), 0);
  }

  /** Every subscription in effect. */
  *subscriptions(): Iterable<Subscription> {
    for (const group of this.#groups) yield* group.subscriptions;
  }

  /**
   * Takes changed options over. Where presence is switched, or tells another kind of room now, every subscriber gets it as it is.
   *
   * False: whether there is history stays as it was until nobody holds the channel, since the positions of its subscribers hang on that.
   */
  reconfigure(options: ChannelOptions): boolean {
    const { history } = this.#options;
    const fits = (history === null) === (options.history === null);
    this.#options = fits ? options : { ...options, history };
    // They may hold what is past a shorter retention.
    this.clearRings();
    if (options.presence !== (this.#roster !== null)) this.#switchPresence(options.presence);
    this.#roster?.list(options.presenceList);
    this.gather();
    if (options.deliver === "latest" && this.#values === null) {
      // From now on, so that nothing is missed while what was kept is read. Without history nobody keeps what waits.
      const values = new LatestValues();
      for (const group of this.#groups) group.offerWaiting(values);
      this.#values = values;
      this.#valuesComplete = false;
      this.#host.needsValues(this);
    } else {
      this.#serveAsRuled();
    }
    return fits;
  }

  /** Takes what the broker has kept of each key; messages that are older than what came meanwhile are passed over. */
  takeValues(messages: readonly Message[]): void {
    const values = this.#values;
    if (values === null) return;
    for (const message of messages) {
      const sequence = message.offset ?? 0;
      if (!values.offer(message, sequence) || !this.#valuesComplete) continue;
      for (const group of this.#groups) group.gather(message, sequence);
    }
    if (this.#valuesComplete) {
      this.gather();
    } else {
      this.#valuesComplete = true;
      this.#serveAsRuled();
    }
  }

  /** Takes the head that the broker opened the channel with; reports that came earlier follow now. */
  opened(head: Head): void {
    this.#epoch = head.epoch;
    this.#head = head.offset;
    this.#open = true;
    const early = this.#early;
    this.#early = [];
    for (const message of early) {
      // The head may be past what a pattern is to bring.
      this.#meetPatterns(message);
      this.receive(message);
    }
  }

  /** Keeps the channel alive until `release`, also before anybody has joined. */
  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    this.closeIfVacant();
  }

  /** Lets the host close the channel when nobody holds it and nobody is present in it. */
  closeIfVacant(): void {
    if (this.#holds === 0 && (this.#roster === null || this.#roster.size === 0)) this.#host.vacated(this);
  }

  /**
   * Takes a message from the broker: gathers it for the end of this turn.
   *
   * A repeat is dropped. A jump means that something was missed: all subscribers read the stream from where they are.
   */
  receive(message: Message): void {
    if (!this.#open) {
      this.#early.push(message);
      return;
    }
    const sequence = message.offset ?? this.#head + 1;
    if (sequence <= this.#head) return;
    this.#meetPatterns(message);
    // Who joined before this message in the same turn must be in effect before it.
    if (this.#joining.length > 0) this.flush();
    if (message.epoch !== null) this.#epoch = message.epoch;
    if (sequence > this.#head + 1) {
      this.flush();
      this.#head = sequence;
      for (const group of this.#groups) group.missed();
      if (this.#values === null) return;
      this.#host.needsValues(this);
    }
    this.#head = sequence;
    if (this.#values !== null && !this.#values.offer(message, sequence)) return;
    for (const group of this.#groups) group.gather(message, sequence);
    this.gather();
  }

  /** Lets a subscription with a known start take effect at the end of this turn. Its session's outbox must be there. */
  join(subscription: Subscription): void {
    this.#joining.push(subscription);
    if (!this.#occupied) this.#host.happenings.channelOccupied(this.name);
    this.#occupied = true;
    this.gather();
  }

  /** Takes a subscription out, whether in effect or still joining. */
  leave(subscription: Subscription): void {
    const joining = this.#joining.indexOf(subscription);
    if (joining >= 0) this.#joining.splice(joining, 1);
    else if (subscription.group !== null) this.#leaveGroup(subscription, subscription.group);
  }

  claimed(subscription: Subscription): void {
    this.#tellSubscribed(subscription, { recovered: false, unread: null }, subscription.offset);
  }

  /** Whether some ring of encoded messages goes on after this cursor. */
  ringCovers(cursor: number, notBeforeMs: number): boolean {
    return this.#groups.some(({ ring }) => ring?.covers(cursor, notBeforeMs) === true);
  }

  /** Forgets the encoded messages, since memory is short or the retention has changed. */
  clearRings(): void {
    for (const { ring } of this.#groups) ring?.clear();
  }

  /** Drops what is held of the stream's messages, since it was purged. */
  forget(): void {
    this.#values?.clear();
    for (const group of this.#groups) group.forget();
  }

  /** How a subscriber with these wishes is served. */
  deliveryFor(wishes: Wishes | null): Delivery {
    return deliveryOf(this.#served, wishes);
  }

  /** Serves a subscription as it wishes now. */
  serve(subscription: Subscription): void {
    this.#move(subscription, () => {});
  }

  /** Asks for `flush` at the end of the turn. */
  gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#host.turn.addChannel(this);
  }

  catchUp(subscription: Subscription): void {
    this.#host.catchUp(subscription);
  }

  fellBehind(subscription: Subscription): void {
    this.#host.fellBehind(subscription);
  }

  /** Hands out what the turn gathered: who came, the messages, who left; then lets who joined take effect. */
  flush(): void {
    this.#gathering = false;
    const news = this.#roster?.takeNews() ?? null;
    for (const group of this.#groups) {
      if (news?.first) announce(group, news.first);
      this.#host.turn.handOut(() => group.flush());
      if (news?.last) announce(group, news.last);
    }
    const joining = this.#joining;
    this.#joining = [];
    for (const subscription of joining) this.#activate(subscription);
  }

  /** Lets those join, from this message on, to whom a pattern that began lately brings the channel. */
  #meetPatterns(message: Message): void {
    const { patterns } = this.#host;
    const { newest } = patterns;
    if (this.#metPattern === newest) return;
    const takers = patterns.takersOf(this.name, () => this.#options, this.#metPattern);
    this.#metPattern = newest;
    for (const taker of takers) this.#bring(taker, message);
  }

  #bring(taker: PatternSubscription, { offset }: Message): void {
    const { session, since } = taker;
    if (session.subscriptions.has(this.name)) return;
    if (since !== null && offset !== null) return taker.owner.resume(taker, this.name);
    const subscription = taker.take(this.name);
    if (subscription === null) return;
    const isNext = offset === null || offset === this.#head + 1;
    subscription.start = { cursor: isNext ? null : offset - 1, lost: null, recovered: false, unread: null };
    subscription.channel = this;
    this.hold();
    this.join(subscription);
  }

  #activate(subscription: Subscription): void {
    const { session, start } = subscription;
    const { outbox } = session;
    if (outbox === null || start === null) return;
    const group = this.#groupFor(outbox.encoding, this.deliveryFor(subscription.wishes));
    this.#enterGroup(subscription, group);
    if (subscription.byName) {
      // Whom a pattern brought here has read what stands before the cursor, and nothing else.
      const told = subscription.isBrought && start.cursor !== null ? start.cursor : this.#head;
      this.#tellSubscribed(subscription, start, told);
    }
    subscription.start = null;
    subscription.beganAt = start.cursor ?? this.#head;
    group.begin(subscription, start);
  }

  /** Tells that the subscription stands, up to which offset, and who is present. */
  #tellSubscribed(
    { session, request, wishes }: Subscription,
    { recovered, unread }: Pick<Start, "recovered" | "unread">,
    offset: number,
  ): void {
    const head = this.options.history === null ? null : { epoch: this.#epoch, offset };
    const { mode: deliver, maxRate } = this.deliveryFor(wishes);
    session.push({
      kind: "subscribed",
      request,
      channel: this.name,
      head,
      timeMs: null,
      recovered,
      unread,
      deliver,
      maxRate,
    });
    const { outbox } = session;
    if (this.roster !== null && outbox !== null) outbox.write(this.roster.snapshot(outbox.encoding));
  }

  /** The group of those who are served in this way; makes it for the first one. */
  #groupFor(encoding: Encoding, delivery: Delivery): DeliveryGroup {
    const known = this.#groups.find(
      (group) => group.encoding === encoding && isSameDelivery(group.delivery, delivery),
    );
    if (known !== undefined) return known;
    const { history } = this.options;
    const group = createGroup(delivery, encoding, { host: this, history, values: this.#values });
    this.#groups.push(group);
    return group;
  }

  #newRoster(happenings: Happenings): Roster {
    const { ticks } = this.#host;
    const newsDue = (): void => this.gather();
    return new Roster(this.name, this.#options.presenceList, { happenings, ticks, newsDue });
  }

  #switchPresence(on: boolean): void {
    const { happenings } = this.#host;
    for (const member of this.#roster?.members ?? []) happenings.memberLeft(this.name, member);
    const roster = this.#newRoster(on ? happenings : NOBODY_LISTENS);
    const present = on ? [...this.subscriptions(), ...this.#joining] : [];
    for (const { session, byName } of present) if (byName) roster.join(session.member);
    // Nobody saw it before, so there is nobody for whom these came.
    roster.takeNews();
    this.#roster = on ? roster : null;
    for (const subscription of this.subscriptions()) {
      const { outbox } = subscription.session;
      if (outbox === null || !subscription.byName) continue;
      if (subscription.live && !outbox.overrun) outbox.write(roster.snapshot(outbox.encoding));
      else subscription.presenceStale = on;
    }
    if (!on) this.closeIfVacant();
  }

  /** Lets everybody be served by the options in force. */
  #serveAsRuled(): void {
    this.flush();
    this.#served = this.#options;
    for (const subscription of [...this.subscriptions()]) this.#serveAnew(subscription);
    if (this.#served.deliver !== "latest") this.#values = null;
  }

  /** Tells a client what has changed in how it is served, and serves it so from now on. */
  #serveAnew(subscription: Subscription): void {
    const { session, wishes } = subscription;
    this.#move(subscription, (before, { cursor }) => {
      // What a pattern brings was not announced, either.
      if (!subscription.byName) return;
      const delivery = this.deliveryFor(wishes);
      const about = { request: null, channel: this.name, maxRate: delivery.maxRate } as const;
      if (before.mode === delivery.mode) {
        if (before.maxRate !== delivery.maxRate) session.push({ kind: "rate", ...about });
        return;
      }
      const head = this.isStored ? { epoch: this.#epoch, offset: Math.min(cursor, this.#head) } : null;
      const { mode } = delivery;
      session.push({
        kind: "subscribed",
        ...about,
        head,
        timeMs: null,
        recovered: true,
        unread: null,
        deliver: mode,
      });
    });
  }

  /** Puts a subscription where it belongs; `tell` is called before it gets anything from there. */
  #move(subscription: Subscription, tell: (before: Delivery, progress: Progress) => void): void {
    const { group, session, wishes } = subscription;
    if (group === null || session.outbox === null) return;
    const next = this.#groupFor(session.outbox.encoding, this.deliveryFor(wishes));
    if (next === group) return;
    const progress = group.handOver(subscription);
    this.#leaveGroup(subscription, group);
    this.#enterGroup(subscription, next);
    tell(group.delivery, progress);
    next.resume(subscription, progress);
  }

  #enterGroup(subscription: Subscription, group: DeliveryGroup): void {
    group.add(subscription);
    subscription.group = group;
    this.tally.subscriptions += 1;
  }

  #leaveGroup(subscription: Subscription, group: DeliveryGroup): void {
    group.remove(subscription);
    subscription.group = null;
    this.tally.subscriptions -= 1;
    // The group goes with its last subscriber, and the memory of its ring with it.
    if (group.size === 0 && this.#groups.length > 1) this.#groups.splice(this.#groups.indexOf(group), 1);
  }
}
