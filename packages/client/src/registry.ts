import type { Position, Push, Since, SubscribedPush, SubscribeSince } from "@tidewire/protocol";
import type { Calls } from "./calls.ts";
import {
  type ChannelPush,
  ChannelSubscription,
  type SubscriptionOwner,
  type SubscriptionPorts,
} from "./channel-subscription.ts";
import { Cursor } from "./cursor.ts";
import { TidewireError } from "./error.ts";
import type { Parts } from "./parts.ts";
import { errorOf, type Requests } from "./requests.ts";

/**
 * The most characters of a `connect` message that list subscriptions: beside a token, what servers take by default.
 *
 * A larger message would be refused, on every connection anew.
 */
const MAX_LISTING_LENGTH = 45_000;

/** How a subscription begins. */
interface Beginning {
  readonly since?: Since | undefined;
  readonly maxRate?: number | undefined;
}

/** What is asked of the server for a subscription. Fields that are undefined are left out by JSON. */
interface SubscriptionRequest {
  readonly since: SubscribeSince | undefined;
  readonly maxRate: number | undefined;
}

/** What the registry asks of the client. */
export interface RegistryOwner extends SubscriptionPorts {
  /** Where an earlier page stood in a channel. */
  readonly positionOf: (channel: string) => Position | undefined;
  /** Where a subscription stands now; undefined when it is over for good. */
  readonly moved: (channel: string, position: Position | undefined) => void;
  /** Loads what patterns need. */
  readonly loadPatterns: Parts["patterns"];
  /** How far the subscriptions are has changed. */
  readonly progressed: () => void;
  /** Calls back after a growing, random delay, on top of what the refusal asks for. */
  readonly retryLater: (attempt: number, refusal: TidewireError, callback: () => void) => void;
}

/** The subscriptions of one client: asks for them, gives them their frames, and asks again after a reconnection. */
export class Registry implements SubscriptionOwner {
  readonly #owner: RegistryOwner;
  readonly #calls: Calls;
  readonly #requests: Requests;
  readonly #byChannel = new Map<string, ChannelSubscription>();
  readonly #behind = new Set<ChannelSubscription>();
  /** How many `unsubscribe` the server has not answered, by channel. */
  readonly #leaving = new Map<string, number>();
  /** Whether `connect` is on its way or answered. From then on changes queue up behind it, in the order they are made. */
  #isListed = false;

  constructor(requests: Requests, calls: Calls, owner: RegistryOwner) {
    this.#calls = calls;
    this.#requests = requests;
    this.#owner = owner;
  }

  /** Whether any subscription waits for messages it missed. */
  get isBehind(): boolean {
    return this.#behind.size > 0;
  }

  /** How many messages are known to be missing over all subscriptions. */
  get missing(): number {
    let missing = 0;
    for (const subscription of this.#behind) missing += subscription.missing;
    return missing;
  }

  /** Gives the channel's subscription; a new one begins at `since`, with the rate that is asked for. */
  subscribe(channel: string, { since, maxRate }: Beginning): ChannelSubscription {
    const existing = this.#byChannel.get(channel);
    if (existing) return existing;
    const subscription = this.#add(channel, since);
    subscription.maxRate = maxRate;
    if (this.#isListed) this.#ask(subscription);
    return subscription;
  }

  /** Goes on where earlier pages stood, and keeps where this one is. */
  resumePositions(): void {
    for (const subscription of this.#byChannel.values()) {
      subscription.resumeAt(this.#owner.positionOf(subscription.channel));
      this.moved(subscription);
    }
  }

  /** What `connect` asks for: as much as fits; the rest is asked for one by one, right after it. */
  listing(): Readonly<Record<string, SubscriptionRequest>> {
    this.#isListed = true;
    const entries: [string, SubscriptionRequest][] = [];
    let length = 0;
    for (const [channel, subscription] of this.#byChannel) {
      length += channel.length + JSON.stringify(requestOf(subscription)).length;
      if (length > MAX_LISTING_LENGTH || isUnprepared(subscription)) {
        this.#ask(subscription);
      } else {
        subscription.isAsked = true;
        entries.push([channel, requestOf(subscription)]);
      }
    }
    // Not by assignment: a channel may be called __proto__.
    return Object.fromEntries(entries);
  }

  /** The connection is gone, or did not come about. */
  disconnected(): void {
    this.#isListed = false;
    this.#leaving.clear();
    for (const subscription of this.#byChannel.values()) subscription.lost();
  }

  /** Gives a frame to the subscription it belongs to. */
  receive(push: ChannelPush): void {
    for (const subscription of this.#byChannel.values()) subscription.receive(push);
  }

  /** Takes a confirmation that answers no `subscribe`: of a listed channel, or of the server's own accord. */
  confirmed(push: SubscribedPush): void {
    const { channel } = push;
    if (this.#leaving.has(channel)) return;
    const existing = this.#byChannel.get(channel);
    if (existing) return existing.confirm(push);
    const subscription = this.#add(channel, undefined);
    subscription.isAsked = true;
    this.#owner.emit("subscription", subscription);
    // A handler of that event may have left again.
    if (this.#byChannel.get(channel) === subscription) subscription.confirm(push);
  }

  /** The server has ended a subscription. */
  ended(channel: string, reason: string | undefined): void {
    const subscription = this.#byChannel.get(channel);
    if (!subscription?.isAsked || this.#leaving.has(channel)) return;
    this.#forget(channel);
    subscription.end(reason);
  }

  /** Takes an error that names a channel and answers no request; false when no subscription waits for one. */
  refused(push: Extract<Push, { type: "error" }>): boolean {
    const subscription = push.channel === undefined ? undefined : this.#byChannel.get(push.channel);
    if (!subscription?.isAsked || subscription.isConfirmed) return false;
    this.#refuse(subscription, errorOf(push));
    return true;
  }

  /** The client cannot go on by itself: loops throw. */
  interrupt(error: TidewireError): void {
    for (const subscription of this.#byChannel.values()) subscription.interrupt(error);
  }

  /** Ends every subscription. */
  close(): void {
    for (const subscription of this.#byChannel.values()) {
      this.#byChannel.delete(subscription.channel);
      subscription.end(undefined);
    }
  }

  /** The program has ended a subscription: tells the server, if it knows of it. */
  left(subscription: ChannelSubscription): void {
    const { channel, isAsked } = subscription;
    if (this.#byChannel.get(channel) === subscription) this.#forget(channel);
    if (isAsked) this.#leave(channel);
  }

  /** A subscription's status changed, or how many messages it misses. */
  progressed(subscription: ChannelSubscription): void {
    if (subscription.isBehind) this.#behind.add(subscription);
    else this.#behind.delete(subscription);
    this.#owner.progressed();
  }

  rated({ channel, maxRate, isAsked }: ChannelSubscription): void {
    if (!isAsked) return;
    const text = JSON.stringify({ type: "rate", channel, maxRate });
    this.#requests.post(text, {
      channel,
      lifetime: "connection",
      answered: () => {},
      failed: this.#owner.report,
    });
  }

  moved({ channel, position }: ChannelSubscription): void {
    if (position) this.#owner.moved(channel, position);
  }

  #add(channel: string, since: Since | undefined): ChannelSubscription {
    const subscription = new ChannelSubscription(channel, since, this.#calls, this, this.#owner);
    subscription.resumeAt(this.#owner.positionOf(channel));
    this.#byChannel.set(channel, subscription);
    this.progressed(subscription);
    return subscription;
  }

  #forget(channel: string): void {
    this.#byChannel.delete(channel);
    this.#owner.moved(channel, undefined);
  }

  #ask(subscription: ChannelSubscription): void {
    const { channel } = subscription;
    if (isUnprepared(subscription)) return void this.#prepare(subscription);
    subscription.isAsked = true;
    this.#requests.post(JSON.stringify({ type: "subscribe", channel, ...requestOf(subscription) }), {
      channel,
      lifetime: "connection",
      answered: (push) => {
        if (push.type === "subscribed" && this.#byChannel.get(channel) === subscription)
          subscription.confirm(push);
      },
      failed: (error) => this.#refuse(subscription, error),
    });
  }

  /** Loads what a pattern needs, and then asks for it. */
  async #prepare(subscription: ChannelSubscription): Promise<void> {
    const { channel } = subscription;
    try {
      const { standingOf } = await this.#owner.loadPatterns();
      if (isUnprepared(subscription)) subscription.whereabouts = standingOf(channel, Cursor);
      this.#askIfWanted(subscription);
    } catch (cause) {
      this.#refuse(
        subscription,
        new TidewireError("not_available", "Patterns did not load.", { retryable: true, cause }),
      );
    }
  }

  #askIfWanted(subscription: ChannelSubscription): void {
    const isWanted = this.#byChannel.get(subscription.channel) === subscription && !subscription.isAsked;
    if (isWanted && this.#isListed) this.#ask(subscription);
  }

  #refuse(subscription: ChannelSubscription, error: TidewireError): void {
    const { channel } = subscription;
    // The server was quicker, as with one's inbox: its own confirmation counts.
    if (error.code === "already_subscribed" || this.#byChannel.get(channel) !== subscription) return;
    subscription.isAsked = false;
    if (!error.retryable) this.#forget(channel);
    else this.#askLater(subscription, error);
    subscription.refuse(error);
  }

  #askLater(subscription: ChannelSubscription, error: TidewireError): void {
    this.#owner.retryLater(subscription.refusals, error, () => this.#askIfWanted(subscription));
    subscription.refusals += 1;
  }

  #leave(channel: string): void {
    this.#leaving.set(channel, (this.#leaving.get(channel) ?? 0) + 1);
    const settled = (): void => {
      const left = (this.#leaving.get(channel) ?? 0) - 1;
      if (left > 0) this.#leaving.set(channel, left);
      else this.#leaving.delete(channel);
    };
    this.#requests.post(JSON.stringify({ type: "unsubscribe", channel }), {
      channel,
      lifetime: "connection",
      answered: settled,
      failed: settled,
    });
  }
}

/** Whether it is a pattern, and what it needs is not loaded. */
function isUnprepared({ channel, whereabouts }: ChannelSubscription): boolean {
  return channel.includes("*") && !whereabouts.takes;
}

function requestOf({ since, maxRate }: ChannelSubscription): SubscriptionRequest {
  return { since, maxRate };
}
