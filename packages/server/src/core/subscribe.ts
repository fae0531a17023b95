import { channelNameProblem, type Since, userOfInbox } from "@tidewire/protocol";
import type { Clock } from "../base/clock.ts";
import type { HistoryOptions } from "../config/channel-options.ts";
import type { Channel } from "./channel.ts";
import type { Cursors } from "./cursors.ts";
import { deliveryOf, type Wishes } from "./delivery.ts";
import type { Hub } from "./hub.ts";
import type { Access } from "./access.ts";
import type { LimitName } from "../config/limit-table.ts";
import type { LimitHits } from "./limit-hits.ts";
import type { RequestId } from "./push.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import { type Streams, StreamsUnavailable } from "./streams.ts";
import { type Start, Subscription } from "./subscription.ts";

/** A subscription that a client asks for when it connects. */
export interface WantedSubscription {
  readonly channel: string;
  readonly since?: Since | undefined;
  readonly maxRate?: number | undefined;
}

/** What subscribing works with. */
export interface SubscribingPorts {
  readonly hub: Hub;
  readonly streams: Streams;
  readonly cursors: Cursors;
  readonly access: Access;
  readonly clock: Clock;
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
interface SubscribingLimits {
  /** Of one session. */
  readonly maxSubscriptions: number;
  /** Held by anybody. */
  readonly maxChannels: number | null;
  /** In the presence of one channel. */
  readonly presenceMembers: number | null;
}

/** Begins and ends subscriptions. */
export class Subscribing {
  readonly #ports: SubscribingPorts;

  constructor(ports: SubscribingPorts) {
    this.#ports = ports;
  }

  /**
   * Subscribes a session to a channel, starting at `since`.
   *
   * The answer is a push: `subscribed` at the end of a turn, or `error`. `wishes` say how it is to be served, within the rule.
   */
  subscribe(
    session: Session,
    channel: string,
    since: Since | undefined,
    request: RequestId,
    wishes: Wishes | null = null,
  ): void {
    const decision =
      this.#refusal(session, channel) ??
      this.#ports.access.maySubscribe(session, channel, this.#ports.hub.optionsOf(channel));
    if (decision !== null && "code" in decision) return this.#answer(session, channel, request, decision);
    const subscription = new Subscription(session, channel, request);
    subscription.wishes = wishes;
    session.subscriptions.set(channel, subscription);
    subscription.opening = this.#open(session, subscription, since, decision);
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

  /** Ends a subscription and the presence that goes with it; null `reason`: the client asked for it itself. */
  unsubscribe(session: Session, channel: string, request: RequestId, reason: string | null): Refusal | null {
    const subscription = session.subscriptions.get(channel);
    if (subscription === undefined) return refuse("not_subscribed");
    if (subscription.index < 0 && subscription.request !== null) {
      const ended = refuse("conflict", "The subscription was ended before it took effect.");
      this.#answer(session, channel, subscription.request, ended);
    }
    this.#remove(session, subscription);
    const held = subscription.channel;
    subscription.channel = null;
    this.#leaveRoster(session, channel);
    session.push({ kind: "unsubscribed", request, channel, reason });
    this.#ports.observe("unsubscribe", session, channel, reason);
    held?.release();
    return null;
  }

  /** Ends the subscriptions that a session may not have any more, since its identity or the rules have changed; the person reads why. */
  recheck(session: Session, reason: string): void {
    const { access, hub } = this.#ports;
    for (const channel of [...session.subscriptions.keys()]) {
      if (access.mayKeep(session, channel, hub.optionsOf(channel))) continue;
      this.unsubscribe(session, channel, null, reason);
    }
  }

  /** Takes a session's subscriptions out, since its transport is gone. Its presence lingers. */
  suspendAll(session: Session): void {
    for (const subscription of session.subscriptions.values()) {
      const { channel } = subscription;
      this.#remove(session, subscription);
      subscription.channel = null;
      if (channel?.roster?.has(session.connection)) {
        session.lingering ??= new Set();
        session.lingering.add(channel.name);
      }
      channel?.release();
    }
    session.behind = null;
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

  #remove(session: Session, subscription: Subscription): void {
    session.subscriptions.delete(subscription.channelName);
    subscription.channel?.leave(subscription);
    subscription.live = false;
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
    const problem = channelNameProblem(channel);
    if (problem !== undefined) return refuse("invalid_channel", problem);
    if (session.subscriptions.has(channel)) return refuse("already_subscribed");
    if (session.outbox === null)
      return refuse("conflict", "The client is away. Connect with its session first.");
    const { hub, limits } = this.#ports;
    const { maxSubscriptions, maxChannels } = limits;
    if (session.subscriptions.size >= maxSubscriptions) {
      const tooMany = `A connection has at most ${maxSubscriptions} subscriptions.`;
      return this.#exceeds("subscriptions", session, channel, tooMany);
    }
    const isFull = maxChannels !== null && hub.channelCount >= maxChannels && hub.get(channel) === undefined;
    return isFull ? this.#exceeds("channels", session, channel, TOO_MANY_CHANNELS) : null;
  }

  #presenceRefusal(session: Session, { name, roster }: Channel): Refusal | null {
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
    since: Since | undefined,
    decision: Promise<Refusal | null> | null,
  ): Promise<void> {
    const { channelName } = subscription;
    let channel: Channel | null = null;
    try {
      const refusal = decision === null ? null : await decision;
      if (refusal !== null) return this.#giveUp(session, subscription, refusal);
      channel = await this.#ports.hub.open(channelName);
      const start = await this.#start(session, channel, since);
      // Meanwhile the client may have unsubscribed, gone away or been kicked.
      if (session.subscriptions.get(channelName) !== subscription || session.outbox === null) {
        channel.release();
        return;
      }
      const full = this.#presenceRefusal(session, channel);
      if (full !== null) {
        channel.release();
        return this.#giveUp(session, subscription, full);
      }
      subscription.start = start;
      subscription.channel = channel;
      channel.join(subscription);
      channel.roster?.join(session.member);
      session.lingering?.delete(channelName);
      this.#ports.observe("subscribe", session, channelName, null);
    } catch (error) {
      channel?.release();
      const known = error instanceof StreamsUnavailable;
      if (!known) this.#ports.report(error);
      this.#giveUp(session, subscription, refuse(known ? "not_available" : "internal"));
    } finally {
      subscription.opening = null;
    }
  }

  #giveUp(session: Session, subscription: Subscription, refusal: Refusal): void {
    const { channelName, request } = subscription;
    if (session.subscriptions.get(channelName) !== subscription) return;
    session.subscriptions.delete(channelName);
    // A session that came back has its place in presence still.
    this.#leaveRoster(session, channelName);
    this.#answer(session, channelName, request, refusal);
  }

  async #start(session: Session, channel: Channel, since: Since | undefined): Promise<Start> {
    const { history } = channel.options;
    if (history === null) return { cursor: null, diverged: false, recovered: false, unread: null };
    const unread = session.user === null ? null : await this.#unread(session.user, channel, history);
    if (since !== undefined) return this.#startAt(channel, history, since, unread);
    // Without a position an inbox goes on after what its user has read, or at its beginning.
    if (userOfInbox(channel.name) === undefined) {
      return { cursor: null, diverged: false, recovered: false, unread };
    }
    const read = session.user === null ? null : await this.#ports.cursors.get(session.user, channel.name);
    if (read !== null)
      return { cursor: Math.min(read, channel.head.offset), diverged: false, recovered: false, unread };
    const start = await this.#startAt(channel, history, "earliest", unread);
    return { ...start, recovered: false };
  }

  async #startAt(
    channel: Channel,
    history: HistoryOptions,
    since: Since,
    unread: number | null,
  ): Promise<Start> {
    const { head } = channel;
    const { streams, clock } = this.#ports;
    if (since !== "earliest" && "epoch" in since) {
      const { epoch, offset } = since;
      const notBeforeMs = clock.nowMs() - history.ttlMs;
      if (epoch === head.epoch && (offset === head.offset || channel.ringCovers(offset, notBeforeMs))) {
        return { cursor: offset, diverged: false, recovered: true, unread };
      }
      const { cursor, diverged, earliest } = await streams.locate(channel.name, history, epoch, offset, head);
      // Where only the last value of each key counts, none is missing however much was trimmed.
      const isWhole = earliest <= cursor + 1 || channel.options.deliver === "latest";
      return { cursor, diverged, recovered: !diverged && isWhole, unread };
    }
    const { earliest } = await streams.locate(channel.name, history, head.epoch, head.offset, head);
    const oldest = earliest - 1;
    const cursor = since === "earliest" ? oldest : Math.max(oldest, head.offset - since.last);
    return { cursor: Math.min(cursor, head.offset), diverged: false, recovered: true, unread };
  }

  async #unread(user: string, channel: Channel, history: HistoryOptions): Promise<number> {
    const { cursors, streams } = this.#ports;
    const read = (await cursors.get(user, channel.name)) ?? 0;
    return streams.catalogue.unread(channel.name, history, user, read, channel.head.offset);
  }

  #answer(session: Session, channel: string, request: RequestId, refusal: Refusal): void {
    session.push({ kind: "error", request, channel, refusal });
  }
}

const TOO_MANY_CHANNELS = "The server holds as many channels as it may. Subscribe to one that is in use.";
