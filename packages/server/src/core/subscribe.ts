import {
  channelNameProblem,
  isPattern,
  patternProblem,
  type Since,
  sinceOf,
  type SinceTime,
  type SubscribeSince,
} from "@tidewire/protocol";
import type { LimitName } from "../config/limit-table.ts";
import type { Access } from "./access.ts";
import { deliveryOf, type Wishes, wishesOf } from "./delivery.ts";
import type { Hub } from "./hub.ts";
import type { LimitHits } from "./limit-hits.ts";
import { openSubscription } from "./open-subscription.ts";
import type { RequestId } from "./push.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import { ENDED_EARLY, type PatternSubscribing, patternSince } from "./subscribe-pattern.ts";
import { type SubscribedChannel, Subscription } from "./subscription.ts";
import type { SubscriptionStarts } from "./subscription-start.ts";

/** What subscribing works with. */
export interface SubscribingPorts {
  readonly hub: Hub;
  readonly patterns: PatternSubscribing;
  readonly starts: SubscriptionStarts;
  readonly access: Access;
  readonly limits: SubscribingLimits;
  readonly hits: LimitHits;
  /** Told of each subscription that begins or ends, for the log. */
  readonly observe: (
    event: "subscribe" | "unsubscribe",
    session: Session,
    channel: string,
    reason: string | null,
  ) => void;
  /** A bug: told, and answered with an `internal` error. */
  readonly report: (error: unknown) => void;
}

/** How much subscribing may take. null: no limit. Asked each time, since it may change. */
export interface SubscribingLimits {
  /** Of one session. */
  readonly maxSubscriptions: number;
  /** That the patterns of one session bring. */
  readonly maxPatternChannels: number;
  /** Held by anybody. */
  readonly maxChannels: number | null;
  /** In the presence of one channel. */
  readonly presenceMembers: number | null;
}

/** One channel or pattern that is asked for: where it starts, and how it is to be served. */
export interface WantedSubscription {
  readonly channel: string;
  readonly since?: SubscribeSince | undefined;
  readonly maxRate?: number | undefined;
}

/** Begins and ends subscriptions. */
export class Subscribing {
  readonly #ports: SubscribingPorts;

  constructor(ports: SubscribingPorts) {
    this.#ports = ports;
  }

  /**
   * Subscribes a session to a channel or a pattern, starting at `since`.
   *
   * The answer is a push: `subscribed` at the end of a turn, or `error`. A channel that a pattern has brought goes on where it is, unless a
   * start is given. `wishes` say how it is to be served, within the rule.
   */
  subscribe(
    session: Session,
    channel: string,
    since: SubscribeSince | undefined,
    request: RequestId,
    wishes: Wishes | null = null,
  ): void {
    const { access, hub, patterns } = this.#ports;
    const refusal = this.#refusal(session, channel);
    if (refusal !== null) return this.#answer(session, channel, request, refusal);
    if (isPattern(channel)) {
      const denial = patterns.refusal(session, channel);
      if (denial !== null) return this.#answer(session, channel, request, denial);
      this.#ports.observe("subscribe", session, channel, null);
      return patterns.subscribe(session, channel, patternSince(since), request, wishes);
    }
    const options = hub.optionsOf(channel);
    const decision = access.maySubscribe(session, channel, options);
    if (decision !== null && "code" in decision) return this.#answer(session, channel, request, decision);
    const start = options.history === null ? undefined : sinceOf(channel, since);
    const brought =
      session.subscriptions.get(channel) ??
      (start === undefined ? patterns.bringEarly(session, channel) : undefined);
    if (brought !== undefined) {
      if (hasComeSince(brought, start)) return this.#claim(session, brought, request, wishes);
      // It starts elsewhere, as it was asked to.
      session.remove(brought)?.release();
    }
    const subscription = new Subscription(session, channel, request, true);
    subscription.wishes = wishes;
    session.subscriptions.set(channel, subscription);
    subscription.opening = this.#open(session, subscription, start, decision);
  }

  /** Serves a subscription as the client wishes from now on; the answer is the push `rate`, with the rate in force. */
  changeWishes(session: Session, channel: string, wishes: Wishes, request: RequestId): Refusal | null {
    const subscription = session.subscriptions.get(channel);
    if (subscription === undefined) return refuse("not_subscribed");
    subscription.wishes = wishes;
    const held = subscription.channel;
    const { maxRate } = held?.deliveryFor(wishes) ?? deliveryOf(this.#ports.hub.optionsOf(channel), wishes);
    session.push({ kind: "rate", request, channel, maxRate });
    held?.serve(subscription);
    return null;
  }

  /** Subscribes to several together; patterns go first, so that nothing is lost between them and the names that they match. */
  subscribeAll(session: Session, asked: readonly WantedSubscription[], request: RequestId): void {
    const ordered = [
      ...asked.filter(({ channel }) => isPattern(channel)),
      ...asked.filter(({ channel }) => !isPattern(channel)),
    ];
    for (const { channel, since, maxRate } of ordered) {
      this.subscribe(session, channel, since, request, wishesOf(maxRate));
    }
  }

  /**
   * Ends a subscription and the presence that goes with it; null `reason`: the client asked for it itself.
   *
   * What a pattern brings, too, goes on by that. Whom the server takes out of a channel (with a reason) does not get it by the patterns that
   * the session has, either.
   */
  unsubscribe(session: Session, channel: string, request: RequestId, reason: string | null): Refusal | null {
    const { patterns } = this.#ports;
    if (isPattern(channel)) {
      if (!patterns.unsubscribe(session, channel)) return refuse("not_subscribed");
      this.#tellEnd(session, channel, request, reason);
      return null;
    }
    const subscription = session.subscriptions.get(channel);
    if (subscription === undefined || (reason === null && !subscription.byName))
      return refuse("not_subscribed");
    if (reason !== null) patterns.leaveOut(session, channel);
    this.#end(session, subscription, request, reason);
    return null;
  }

  /** Ends the subscriptions that a session may not have any more, since its identity or the rules have changed; the person reads why. */
  recheck(session: Session, reason: string): void {
    const { access, hub, patterns } = this.#ports;
    for (const pattern of patterns.recheck(session)) this.unsubscribe(session, pattern, null, reason);
    for (const subscription of [...session.subscriptions.values()]) {
      const { channelName, byName } = subscription;
      const stays = byName
        ? access.mayKeep(session, channelName, hub.optionsOf(channelName))
        : patterns.keeps(session, channelName);
      if (!stays) this.#end(session, subscription, null, reason);
    }
  }

  /** Takes a session's subscriptions out, since its transport is gone. Its presence lingers. */
  suspendAll(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      const channel = session.remove(subscription);
      if (channel?.roster?.has(session.connection)) {
        session.lingering ??= new Set();
        session.lingering.add(channel.name);
      }
      channel?.release();
    }
    session.behind = null;
    this.#ports.patterns.suspendAll(session);
  }

  /** Ends the presence that a session keeps without a subscription. */
  endLingering(session: Session): void {
    const { lingering } = session;
    if (lingering === null) return;
    // What is being opened at this moment is settled when that has ended.
    for (const name of lingering) {
      if (!session.subscriptions.has(name)) this.#leaveRoster(session, name);
    }
    if (lingering.size === 0) session.lingering = null;
  }

  #end(session: Session, subscription: Subscription, request: RequestId, reason: string | null): void {
    const { channelName, isInEffect, request: asked, byName } = subscription;
    if (!isInEffect && asked !== null) {
      this.#answer(session, channelName, asked, refuse("conflict", ENDED_EARLY));
    }
    const goesOn = byName && this.#ports.patterns.keeps(session, channelName);
    if (goesOn) session.leaveToPatterns(subscription);
    const held = goesOn ? null : session.remove(subscription);
    if (byName) this.#leaveRoster(session, channelName);
    this.#tellEnd(session, channelName, request, reason);
    held?.release();
  }

  #tellEnd(session: Session, channel: string, request: RequestId, reason: string | null): void {
    session.push({ kind: "unsubscribed", request, channel, reason });
    this.#ports.observe("unsubscribe", session, channel, reason);
  }

  /** Lets a subscription that a pattern brought count as asked for by its name, too. Its cursor stays where it is. */
  #claim(session: Session, subscription: Subscription, request: RequestId, wishes: Wishes | null): void {
    const { channel, channelName } = subscription;
    const full = channel === null ? null : this.#presenceRefusal(session, channel);
    if (full !== null) return this.#answer(session, channelName, request, full);
    session.claim(subscription);
    session.lingering?.delete(channelName);
    subscription.request = request;
    subscription.wishes = wishes;
    channel?.serve(subscription);
    channel?.roster?.join(session.member);
    this.#ports.observe("subscribe", session, channelName, null);
    // One that is still opening is answered when it takes effect.
    if (subscription.isInEffect) channel?.claimed(subscription);
  }

  #leaveRoster(session: Session, name: string): void {
    session.lingering?.delete(name);
    const channel = this.#ports.hub.get(name);
    if (channel === undefined || channel.roster === null) return;
    channel.roster.leave(session.connection);
    channel.gather();
    channel.closeIfVacant();
  }

  #refusal(session: Session, channel: string): Refusal | null {
    const isForMany = isPattern(channel);
    const problem = isForMany ? patternProblem(channel) : channelNameProblem(channel);
    if (problem !== undefined) return refuse("invalid_channel", problem);
    const isHeld = isForMany
      ? session.patterns?.held.has(channel)
      : session.subscriptions.get(channel)?.byName;
    if (isHeld === true) return refuse("already_subscribed");
    if (session.outbox === null)
      return refuse("conflict", "The client is away. Connect with its session first.");
    const { hub, limits } = this.#ports;
    const { maxSubscriptions, maxChannels } = limits;
    if (session.subscribedCount >= maxSubscriptions) {
      const tooMany = `A connection has at most ${maxSubscriptions} subscriptions.`;
      return this.#exceeds("subscriptions", session, channel, tooMany);
    }
    const isNew = !isForMany && hub.get(channel) === undefined;
    const isFull = isNew && maxChannels !== null && hub.channelCount >= maxChannels;
    return isFull ? this.#exceeds("channels", session, channel, TOO_MANY_CHANNELS) : null;
  }

  #presenceRefusal(session: Session, { name, roster }: SubscribedChannel): Refusal | null {
    const { presenceMembers } = this.#ports.limits;
    if (roster === null || presenceMembers === null || roster.size < presenceMembers) return null;
    if (roster.has(session.connection)) return null;
    const isFull = `The presence of this channel is full: it has at most ${presenceMembers} members.`;
    return this.#exceeds("presence_size", session, name, isFull);
  }

  #exceeds(limit: LimitName, { connection, user }: Session, channel: string, message: string): Refusal {
    this.#ports.hits.hit(limit, { connection, user: user ?? undefined, channel });
    return refuse("limit_exceeded", message);
  }

  /** Lets a subscription take effect; `decision` is what the backend is still being asked, if it is. */
  async #open(
    session: Session,
    subscription: Subscription,
    since: Since | SinceTime | undefined,
    decision: Promise<Refusal | null> | null,
  ): Promise<void> {
    const { hub, report, starts, observe } = this.#ports;
    const { channelName } = subscription;
    const denial = decision === null ? null : await this.#denial(decision);
    const refusal =
      denial ??
      (await openSubscription({ hub, report }, session, subscription, {
        start: (channel) => starts.find(session.user, channel, since),
        admit: (channel) => this.#presenceRefusal(session, channel),
      }));
    subscription.opening = null;
    if (refusal !== null) return this.#giveUp(session, subscription, refusal);
    if (subscription.channel === null) return;
    session.lingering?.delete(channelName);
    observe("subscribe", session, channelName, null);
  }

  async #denial(decision: Promise<Refusal | null>): Promise<Refusal | null> {
    try {
      return await decision;
    } catch (error) {
      this.#ports.report(error);
      return refuse("internal");
    }
  }

  #giveUp(session: Session, subscription: Subscription, refusal: Refusal): void {
    const { channelName, request } = subscription;
    if (session.subscriptions.get(channelName) !== subscription) return;
    session.remove(subscription);
    this.#ports.patterns.meetAgain(session, channelName);
    // A session that came back has its place in presence still.
    this.#leaveRoster(session, channelName);
    this.#answer(session, channelName, request, refusal);
  }

  #answer(session: Session, channel: string, request: RequestId, refusal: Refusal): void {
    session.push({ kind: "error", request, channel, refusal });
  }
}

const TOO_MANY_CHANNELS = "The server holds as many channels as it may. Subscribe to one that is in use.";

/** Whether what comes after `start` has come already by the pattern that brought the channel, or will. */
function hasComeSince(brought: Subscription, start: Since | SinceTime | undefined): boolean {
  if (start === undefined) return true;
  const { channel, beganAt } = brought;
  if (channel === null || typeof start !== "object" || !("offset" in start)) return false;
  return beganAt !== null && start.epoch === channel.head.epoch && start.offset >= beganAt;
}
