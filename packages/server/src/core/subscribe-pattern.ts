import { patternPrefix, type Since, sinceOf, type SinceTime, type SubscribeSince } from "@tidewire/protocol";
import type { LimitName } from "../config/limit-table.ts";
import type { Access } from "./access.ts";
import { deliveryOf, type Wishes } from "./delivery.ts";
import type { Hub } from "./hub.ts";
import type { LimitHits } from "./limit-hits.ts";
import { openSubscription } from "./open-subscription.ts";
import {
  type PatternOwner,
  type PatternSince,
  PatternSubscription,
  SessionPatterns,
} from "./pattern-subscription.ts";
import type { Patterns } from "./patterns.ts";
import type { ResolveOptions } from "./permissions.ts";
import type { RequestId } from "./push.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import { type Streams, StreamsUnavailable } from "./streams.ts";
import type { Subscription } from "./subscription.ts";
import type { SubscriptionStarts } from "./subscription-start.ts";

/** What subscribing to patterns works with. */
export interface PatternSubscribingPorts {
  readonly hub: Hub;
  readonly patterns: Patterns;
  readonly streams: Streams;
  readonly starts: SubscriptionStarts;
  readonly access: Access;
  /** What the rules say about a pattern as a whole. */
  readonly resolvePattern: ResolveOptions;
  readonly limits: { readonly maxPatternChannels: number };
  readonly hits: LimitHits;
  /** A bug: told, and answered with an `internal` error. */
  readonly report: (error: unknown) => void;
}

/** So many names are looked through at a time, so that a large catalogue delays nobody. */
const PAGE_NAMES = 500;

/**
 * Begins and ends subscriptions to patterns.
 *
 * A pattern brings the channels that get a message while it is held, and those that its `since` leads to. It opens nothing in advance.
 */
export class PatternSubscribing implements PatternOwner {
  readonly #ports: PatternSubscribingPorts;
  /** How many patterns need to hear of every channel. */
  #listeners = 0;

  constructor(ports: PatternSubscribingPorts) {
    this.#ports = ports;
  }

  get maxChannels(): number {
    return this.#ports.limits.maxPatternChannels;
  }

  /** Why a session may not have a pattern, apart from what holds for names, too; null when it may. */
  refusal(session: Session, pattern: string): Refusal | null {
    if (pattern.startsWith("@")) return refuse("invalid_channel", NO_INBOXES);
    const { access, resolvePattern } = this.#ports;
    return access.maySubscribePattern(session, pattern, resolvePattern(pattern));
  }

  /** Subscribes a session to a pattern that it may have; answered by `subscribed` or `error`. */
  subscribe(
    session: Session,
    pattern: string,
    since: PatternSince | null,
    request: RequestId,
    wishes: Wishes | null,
  ): void {
    const subscription = new PatternSubscription(this, session, pattern, since, request);
    subscription.wishes = wishes;
    session.patterns ??= new SessionPatterns();
    session.patterns.held.set(pattern, subscription);
    this.#listeners += 1;
    void this.#begin(subscription);
  }

  /** Ends a pattern and what it alone brought; false when the session has no such pattern. */
  unsubscribe(session: Session, pattern: string): boolean {
    const subscription = session.patterns?.held.get(pattern);
    if (subscription === undefined) return false;
    const { isInEffect, request } = subscription;
    this.#end(subscription);
    if (!isInEffect && request !== null) {
      session.push({ kind: "error", request, channel: pattern, refusal: refuse("conflict", ENDED_EARLY) });
    }
    return true;
  }

  /** Whether a channel stays with a session, though it is not subscribed by its name. */
  keeps(session: Session, channel: string): boolean {
    const { patterns, hub } = this.#ports;
    const held = session.patterns?.held;
    return held !== undefined && patterns.keeps(held.values(), channel, hub.optionsOf(channel));
  }

  /**
   * Brings a channel of a pattern before it has met it, for a client that asks for it by its name.
   *
   * Gives the subscription, which starts where the pattern's would; undefined when no pattern brings it.
   */
  bringEarly(session: Session, channel: string): Subscription | undefined {
    const options = this.#ports.hub.optionsOf(channel);
    for (const pattern of session.patterns?.held.values() ?? []) {
      if (!pattern.matches(channel) || !this.#ports.patterns.brings(pattern, channel, options)) continue;
      this.resume(pattern, channel);
      return session.subscriptions.get(channel);
    }
    return undefined;
  }

  /** Keeps a channel from being brought again by the patterns that a session has now. */
  leaveOut(session: Session, channel: string): void {
    for (const pattern of session.patterns?.held.values() ?? []) {
      if (!pattern.matches(channel)) continue;
      pattern.leftOut ??= new Set();
      pattern.leftOut.add(channel);
    }
  }

  /** Lets the patterns of a session that match a channel meet it again, since its name does not hold it after all. */
  meetAgain(session: Session, channel: string): void {
    for (const pattern of session.patterns?.held.values() ?? []) {
      if (pattern.matches(channel)) this.#ports.patterns.renew(pattern);
    }
  }

  /** Lets the session's patterns meet every channel again; gives those that the session may not have any more. */
  recheck(session: Session): readonly string[] {
    const refused: string[] = [];
    for (const [name, pattern] of session.patterns?.held ?? []) {
      if (this.refusal(session, name) === null) this.#ports.patterns.renew(pattern);
      else refused.push(name);
    }
    return refused;
  }

  /** Ends all patterns of a session whose subscriptions have been taken out. */
  suspendAll(session: Session): void {
    for (const pattern of session.patterns?.held.values() ?? []) this.#forget(pattern);
    session.patterns = null;
  }

  resume(pattern: PatternSubscription, channel: string): void {
    void this.#bring(pattern, channel);
  }

  overflow(pattern: PatternSubscription, limit: LimitName): void {
    if (!pattern.isWanted) return;
    const { connection, user } = pattern.session;
    this.#ports.hits.hit(limit, { connection, user: user ?? undefined, channel: pattern.pattern });
    const most = `Its channels are more than the ${this.maxChannels} that patterns bring to one connection.`;
    this.#fail(pattern, refuse("limit_exceeded", limit === "channels" ? NO_ROOM : most));
  }

  unavailable(pattern: PatternSubscription): void {
    this.#fail(pattern, refuse("not_available"));
  }

  async #begin(pattern: PatternSubscription): Promise<void> {
    const { streams, patterns, resolvePattern } = this.#ports;
    const { session, since, request } = pattern;
    try {
      const timeMs = await streams.openAll();
      if (!pattern.isWanted) return;
      patterns.add(pattern);
      pattern.timeMs = since?.time ?? timeMs;
      const { mode: deliver, maxRate } = deliveryOf(resolvePattern(pattern.pattern), pattern.wishes);
      session.push({
        kind: "subscribed",
        request,
        channel: pattern.pattern,
        head: null,
        timeMs: pattern.timeMs,
        recovered: since !== null,
        unread: null,
        deliver,
        maxRate,
      });
    } catch (error) {
      return this.#fail(pattern, this.#refusalOf(error));
    }
    if (since !== null) return this.#catchUp(pattern, since);
    if (resolvePattern(pattern.pattern).deliver === "latest") await this.#bringLastValues(pattern);
  }

  /** Brings what was written to since: the channels that have a position, and those with messages of that time or later. */
  async #catchUp(pattern: PatternSubscription, since: PatternSince): Promise<void> {
    try {
      for (const channel of "positions" in since ? Object.keys(since.positions) : []) {
        if (pattern.matches(channel)) await this.#bring(pattern, channel);
      }
      for await (const channel of this.#writtenSince(pattern, since.time))
        await this.#bring(pattern, channel);
      pattern.since = null;
    } catch (error) {
      this.#fail(pattern, this.#refusalOf(error));
    }
  }

  /** Brings the stored channels that deliver the latest: each begins with the last value of every key. */
  async #bringLastValues(pattern: PatternSubscription): Promise<void> {
    try {
      for await (const channel of this.#writtenSince(pattern, 0)) {
        if (this.#ports.hub.optionsOf(channel).deliver === "latest") await this.#bring(pattern, channel);
      }
    } catch (error) {
      this.#fail(pattern, this.#refusalOf(error));
    }
  }

  async *#writtenSince(pattern: PatternSubscription, timeMs: number | undefined): AsyncIterable<string> {
    if (timeMs === undefined) return;
    const { catalogue } = this.#ports.streams;
    const prefix = patternPrefix(pattern.pattern);
    for (let after: string | null = ""; after !== null && pattern.isWanted; ) {
      const page = await catalogue.writtenSince(prefix, timeMs, after, PAGE_NAMES);
      yield* page.names.filter((name) => pattern.matches(name));
      after = page.next;
    }
  }

  /** Gives the session a channel of the pattern, if it may have it and has it not; resolves when that has joined. */
  async #bring(pattern: PatternSubscription, channel: string): Promise<void> {
    const { hub, patterns } = this.#ports;
    const { session } = pattern;
    if (!pattern.isWanted || session.subscriptions.has(channel)) return;
    if (!patterns.brings(pattern, channel, hub.optionsOf(channel))) return;
    const subscription = pattern.take(channel);
    if (subscription === null) return;
    subscription.opening = this.#open(pattern, subscription);
    await subscription.opening;
  }

  async #open(pattern: PatternSubscription, subscription: Subscription): Promise<void> {
    const { session } = pattern;
    const refusal = await openSubscription(this.#ports, session, subscription, {
      start: (channel) => this.#ports.starts.findOfPattern(channel, startOf(pattern, channel.name)),
      admit: () => null,
    });
    subscription.opening = null;
    if (refusal === null) return;
    const { channelName, byName, request } = subscription;
    if (session.subscriptions.get(channelName) === subscription) {
      session.remove(subscription);
      // The client has asked for it by its name in the meantime.
      if (byName) session.push({ kind: "error", request, channel: channelName, refusal });
    }
    this.#fail(pattern, refusal);
  }

  /** Ends a pattern that cannot go on; the client is told why, and that it has ended. */
  #fail(pattern: PatternSubscription, refusal: Refusal): void {
    if (!pattern.isWanted) return;
    const { session, isInEffect, pattern: channel } = pattern;
    this.#end(pattern);
    session.push({ kind: "error", request: isInEffect ? null : pattern.request, channel, refusal });
    if (!isInEffect) return;
    session.push({ kind: "unsubscribed", request: null, channel, reason: refusal.message });
  }

  #end(pattern: PatternSubscription): void {
    const { session } = pattern;
    session.patterns?.held.delete(pattern.pattern);
    this.#forget(pattern);
    for (const subscription of [...session.subscriptions.values()]) {
      if (subscription.byName || this.keeps(session, subscription.channelName)) continue;
      session.remove(subscription)?.release();
    }
    if (session.patterns?.held.size === 0) session.patterns = null;
  }

  #forget(pattern: PatternSubscription): void {
    this.#ports.patterns.delete(pattern);
    this.#listeners -= 1;
    if (this.#listeners === 0) this.#ports.streams.closeAll();
  }

  #refusalOf(error: unknown): Refusal {
    if (error instanceof StreamsUnavailable) return refuse("not_available");
    this.#ports.report(error);
    return refuse("internal");
  }
}

/** Where a channel starts that a pattern brings; undefined: with what comes next. */
function startOf({ since, timeMs }: PatternSubscription, channel: string): Since | SinceTime | undefined {
  if (since !== null) return sinceOf(channel, since);
  return timeMs === null ? undefined : { time: timeMs };
}

/** What a pattern is asked to start with, as the wire has checked it. */
export function patternSince(since: SubscribeSince | undefined): PatternSince | null {
  if (typeof since !== "object") return null;
  return "time" in since || "positions" in since ? since : null;
}

/** What a client reads whose subscription ended before it began. */
export const ENDED_EARLY = "The subscription was ended before it took effect.";

const NO_INBOXES = "A pattern never reaches an inbox. Every connection has its user's own without asking.";
const NO_ROOM = "The server holds as many channels as it may, so the pattern cannot bring another one.";
