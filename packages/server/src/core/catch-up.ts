import type { Clock } from "../base/clock.ts";
import type { Rate } from "../base/rate.ts";
import type { HistoryOptions } from "../config/channel-options.ts";
import type { DeliveryGroup } from "./delivery-group.ts";
import type { FrameRing } from "./frame-ring.ts";
import type { Outbox } from "./outbox.ts";
import type { PageRun } from "./page-run.ts";
import { type Page, type Streams, StreamsUnavailable } from "./streams.ts";
import type { SubscribedChannel, Subscriber, Subscription } from "./subscription.ts";
import type { Tally } from "./tally.ts";

/** A page holds at most this much, so that one slow reader never keeps more than that in memory. */
const PAGE_BYTES = 64 * 1024;
const PAGE_MESSAGES = 500;

/** Where a subscription's pages come from: the stream of its channel, and the ring of its group before it. */
interface Source {
  readonly channel: SubscribedChannel;
  readonly history: HistoryOptions;
  readonly group: DeliveryGroup;
  readonly ring: FrameRing;
}

/** A page being read, with the stretch that was asked for. */
interface Reading {
  readonly bound: number;
  readonly head: number;
  /** Of the ring: a purge in between makes it another reading. */
  readonly generation: number;
  readonly result: Promise<ReadRun>;
}

interface ReadRun {
  readonly page: Page;
  readonly run: PageRun | null;
}

/**
 * Brings subscriptions from where they are to the head of their stream, page by page.
 *
 * It is the one way to the messages that a subscriber did not get live: after a lock screen, behind a slow network, after
 * a missed broker message. A page is written only while the outbox has room, so a backlog of any length takes the memory
 * of one page; a session's subscriptions take turns. Stretches of a busy channel come from its ring of encoded messages.
 */
export class CatchUp {
  readonly #streams: Streams;
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  readonly #tally: Tally;
  #pageBytes = PAGE_BYTES;
  /** Equal pages that many ask for at the same moment are read once. */
  readonly #readings: Map<FrameRing, Reading> = new Map();
  /** Sessions whose page could not be read since the store was away. */
  readonly #waiting: Set<Subscriber> = new Set();

  /** `report` is told of bugs; such a page is asked for again like one that the store could not give. */
  constructor(streams: Streams, clock: Clock, report: (error: unknown) => void, tally: Tally) {
    this.#streams = streams;
    this.#clock = clock;
    this.#report = report;
    this.#tally = tally;
  }

  /**
   * Suits the pages to what connections may be sent; null: as much as they take.
   *
   * Pages of a quarter of a second, so that the channels of a connection take turns quickly and its debt stays small.
   */
  limitPages(bandwidth: Rate | null): void {
    const fitting = bandwidth === null ? PAGE_BYTES : Math.ceil((bandwidth.count * 250) / bandwidth.perMs);
    this.#pageBytes = Math.min(PAGE_BYTES, fitting);
  }

  /** Queues a subscription that is not live, and reads on as far as there is room. */
  add(subscription: Subscription): void {
    this.#queue(subscription);
    this.pump(subscription.session);
  }

  /** Reads on for a session, until its outbox is full or nothing is behind. To be called when its socket has drained. */
  pump(session: Subscriber): void {
    const { outbox } = session;
    while (outbox !== null && session.behind !== null && !session.reading && outbox.hasRoom) {
      const subscription = session.behind.shift();
      if (subscription === undefined) {
        session.behind = null;
        return;
      }
      subscription.queued = false;
      const { channel, group } = subscription;
      if (channel === null || group === null || subscription.live) continue;
      const { ring, backlog } = group;
      const { history } = channel.options;
      if (backlog !== null) {
        backlog.writePage(subscription, outbox, this.#pageBytes);
        this.#goOn(subscription, channel, outbox);
      } else if (history !== null && ring !== null) {
        this.#turnPage(subscription, { channel, history, group, ring }, outbox);
      }
    }
  }

  /** Goes on for a session whose socket has taken everything: lists that went stale, then pages. */
  drained(session: Subscriber): void {
    const { outbox } = session;
    if (outbox === null) return;
    for (const subscription of session.subscriptions.values()) {
      if (subscription.live && subscription.presenceStale) this.#refreshPresence(subscription, outbox);
    }
    this.pump(session);
  }

  /**
   * Tells the client where its cursors are that passed messages it does not get.
   *
   * To be called at most once per ping interval.
   */
  reportTails(session: Subscriber): void {
    for (const subscription of session.subscriptions.values()) {
      const { channel } = subscription;
      if (channel === null || !subscription.live || !subscription.tailSkipped) continue;
      this.#reportPosition(subscription, channel);
    }
  }

  /** Tries again for those whose page could not be read. To be called when the store is back, and now and then. */
  retry(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const session of waiting) this.pump(session);
  }

  #turnPage(subscription: Subscription, source: Source, outbox: Outbox): void {
    const { channel, history, group, ring } = source;
    if (subscription.offset >= group.liveFrom) {
      subscription.live = true;
      this.#finish(subscription, channel, outbox);
      return;
    }
    const run = ring.after(subscription.offset, this.#pageBytes, this.#clock.nowMs() - history.ttlMs);
    if (run !== null) {
      subscription.turnPage(run.first, run.last, run.last, group.liveFrom);
      this.#tally.pages.ring += 1;
      this.#write(subscription, channel, outbox, run);
    } else {
      void this.#readPage(subscription, source, outbox);
    }
  }

  async #readPage(subscription: Subscription, source: Source, outbox: Outbox): Promise<void> {
    const { session } = subscription;
    const { channel, group } = source;
    const asked = channel.head.offset;
    session.reading = true;
    let read: ReadRun | null = null;
    try {
      read = await this.#read(source, subscription.offset, asked);
    } catch (error) {
      // The store reports its own failure; here it only means: later.
      if (!(error instanceof StreamsUnavailable)) this.#report(error);
      this.#waiting.add(session);
    }
    session.reading = false;
    const isElsewhere = subscription.channel !== channel || subscription.group !== source.group;
    if (isElsewhere || session.outbox !== outbox) return this.pump(session);
    if (read === null) {
      this.#queue(subscription);
      return;
    }
    const { page, run } = read;
    const last = run === null ? null : run.last;
    this.#tally.pages.store += 1;
    const gap = subscription.turnPage(run?.first ?? null, last, asked, group.liveFrom);
    if (gap.gapTo !== null) {
      const epoch = page.messages[0]?.epoch ?? channel.head.epoch;
      const range = { from: gap.gapFrom, to: gap.gapTo, reason: page.missing } as const;
      session.push({ kind: "gap", channel: channel.name, epoch, ...range });
      this.#tally.gaps[page.missing] += 1;
    }
    this.#write(subscription, channel, outbox, run);
    this.pump(session);
  }

  #write(subscription: Subscription, channel: SubscribedChannel, outbox: Outbox, run: PageRun | null): void {
    if (run !== null) {
      const { bytes, count } = run.serve(subscription, outbox.encoding);
      if (bytes !== null) outbox.write(bytes);
      this.#tally.deliveries += count;
    }
    this.#goOn(subscription, channel, outbox);
  }

  #goOn(subscription: Subscription, channel: SubscribedChannel, outbox: Outbox): void {
    if (subscription.live) this.#finish(subscription, channel, outbox);
    else this.#queue(subscription);
  }

  #queue(subscription: Subscription): void {
    if (subscription.queued) return;
    const { session } = subscription;
    subscription.queued = true;
    (session.behind ??= []).push(subscription);
  }

  #finish(subscription: Subscription, channel: SubscribedChannel, outbox: Outbox): void {
    // A position must not pass what was dropped and not told of yet: the client would never hear of it.
    const isTold = subscription.dropped === 0 && channel.options.history !== null;
    if (isTold) this.#reportPosition(subscription, channel);
    if (subscription.presenceStale) this.#refreshPresence(subscription, outbox);
  }

  /** Sets the client's position to the cursor, whatever was skipped for it. */
  #reportPosition(subscription: Subscription, channel: SubscribedChannel): void {
    const { epoch } = channel.head;
    subscription.tailSkipped = false;
    subscription.session.push({
      kind: "position",
      channel: channel.name,
      epoch,
      offset: subscription.offset,
    });
  }

  #refreshPresence(subscription: Subscription, outbox: Outbox): void {
    subscription.presenceStale = false;
    const roster = subscription.channel?.roster ?? null;
    if (roster !== null) outbox.write(roster.snapshot(outbox.encoding));
  }

  #read(source: Source, bound: number, head: number): Promise<ReadRun> {
    const { ring } = source;
    const same = this.#readings.get(ring);
    const { generation } = ring;
    if (same?.bound === bound && same.head === head && same.generation === generation) return same.result;
    const result = this.#readRun(source, bound, head);
    const reading = { bound, head, generation, result };
    this.#readings.set(ring, reading);
    const forget = (): void => {
      if (this.#readings.get(ring) === reading) this.#readings.delete(ring);
    };
    result.then(forget, forget);
    return result;
  }

  async #readRun({ channel, history, group, ring }: Source, bound: number, head: number): Promise<ReadRun> {
    const { generation } = ring;
    const limits = { maxMessages: PAGE_MESSAGES, maxBytes: this.#pageBytes };
    const page = await this.#streams.read({
      channel: channel.name,
      history,
      bound,
      order: "asc",
      head,
      ...limits,
    });
    // A page that was read before a purge would bring back what was deleted.
    const isCurrent = ring.generation === generation && page.messages.at(-1)?.offset === channel.head.offset;
    return { page, run: group.runOf(page.messages, isCurrent) };
  }
}
