import type { WheelEntry } from "../base/timer-wheel.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import type { RateLimit } from "../config/channel-options.ts";
import type { Identity } from "./identity.ts";
import type { Outbox } from "./outbox.ts";
import type { SessionPatterns } from "./pattern-subscription.ts";
import type { Member, Push } from "./push.ts";
import type { SubscribedChannel, Subscriber, Subscription } from "./subscription.ts";

/** A session that publishes to more limited channels than this starts them afresh. */
const MAX_PUBLISH_BUCKETS = 1000;

/** Somebody who hears what a session is pushed, besides its transport. */
export interface PushListener {
  hear(push: Push): void;
}

/**
 * An identity with subscriptions, on whatever transport it has at the moment.
 *
 * `id` is a secret that lets a client take the session over on a new transport; `connection` is its public name. A session
 * without transport has no outbox: nothing is delivered to it, but it keeps its presence for a while.
 */
export class Session implements Subscriber {
  readonly id: string;
  readonly connection: string;
  /** Replaced as a whole by a refresh and by whoever takes the session over; the user stays the same. */
  identity: Identity;
  readonly connectedAtMs: number;
  outbox: Outbox | null = null;
  /** Belongs to the token expiry; null while the identity never ends. */
  watchedToken: WheelEntry | null = null;
  ended = false;
  readonly subscriptions: Map<string, Subscription> = new Map();
  /** Its subscriptions to patterns; null while there is none, as nearly always. */
  patterns: SessionPatterns | null = null;
  behind: Subscription[] | null = null;
  reading = false;
  /** How much it may still publish, by channel; null while no channel limited it. */
  #publishBuckets: Map<string, TokenBucket> | null = null;
  /** What it publishes and the backend still decides about, by channel: the last in line of each; null while there is none. */
  publishing: Map<string, Promise<void>> | null = null;
  /** Broadcasts that found no room and were not told of yet. */
  broadcastsDropped = 0;
  /** Those who wait for an answer to what they asked for the session; null while there is none, as nearly always. */
  listeners: Set<PushListener> | null = null;
  /** Names of channels whose presence it keeps without a subscription, after it lost its transport. */
  lingering: Set<string> | null = null;

  constructor(id: string, connection: string, identity: Identity, connectedAtMs: number) {
    this.id = id;
    this.connection = connection;
    this.identity = identity;
    this.connectedAtMs = connectedAtMs;
  }

  get user(): string | null {
    return this.identity.user;
  }

  /** How many channels and patterns it has subscribed to. What patterns bring is not among them. */
  get subscribedCount(): number {
    const { subscriptions, patterns } = this;
    return patterns === null
      ? subscriptions.size
      : subscriptions.size - patterns.brought + patterns.held.size;
  }

  /** The channels and patterns that it has subscribed to. */
  subscribed(): readonly string[] {
    const { subscriptions, patterns } = this;
    const named = [...subscriptions.values()].filter(({ byName }) => byName);
    return [...named.map(({ channelName }) => channelName), ...(patterns?.held.keys() ?? [])];
  }

  /** How presence shows this session. */
  get member(): Member {
    return { user: this.user, connection: this.connection, infoJson: this.identity.infoJson };
  }

  /** Takes a subscription out; gives its channel, which is still held, for the caller to release. */
  remove(subscription: Subscription): SubscribedChannel | null {
    this.subscriptions.delete(subscription.channelName);
    if (!subscription.byName && this.patterns !== null) this.patterns.brought -= 1;
    const { channel } = subscription;
    channel?.leave(subscription);
    subscription.live = false;
    subscription.channel = null;
    return channel;
  }

  /** Lets a subscription that a pattern brought count as asked for by its name. */
  claim(subscription: Subscription): void {
    if (!subscription.byName && this.patterns !== null) this.patterns.brought -= 1;
    subscription.byName = true;
  }

  /** Leaves a subscription by name to the patterns that bring it, too. */
  leaveToPatterns(subscription: Subscription): void {
    if (subscription.byName && this.patterns !== null) this.patterns.brought += 1;
    subscription.byName = false;
    subscription.request = null;
  }

  /** Counts a publish on a channel: 0 when it may go on, else how long to wait. */
  waitToPublishMs(channel: string, limit: RateLimit, nowMs: number): number {
    this.#publishBuckets ??= new Map();
    let bucket = this.#publishBuckets.get(channel);
    if (bucket === undefined) {
      if (this.#publishBuckets.size >= MAX_PUBLISH_BUCKETS) this.#publishBuckets.clear();
      bucket = new TokenBucket(limit, nowMs);
      this.#publishBuckets.set(channel, bucket);
    }
    return bucket.tryTake(nowMs) ? 0 : bucket.waitMs(nowMs);
  }

  /** Writes a push to the transport, if there is one, and tells it the listeners. */
  push(push: Push): void {
    if (this.outbox !== null) this.outbox.write(this.outbox.encoding.push(push));
    if (this.listeners !== null) for (const listener of this.listeners) listener.hear(push);
  }
}
