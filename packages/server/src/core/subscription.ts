import type { Position } from "@tidewire/protocol";
import type { ChannelOptions } from "../config/channel-options.ts";
import type { Delivery, Wishes } from "./delivery.ts";
import type { DeliveryGroup } from "./delivery-group.ts";
import type { Outbox } from "./outbox.ts";
import type { Member, Push, RequestId } from "./push.ts";
import type { Roster } from "./roster.ts";
import { StreamCursor } from "./stream-cursor.ts";
import type { GapReason, Head } from "./streams.ts";

/** The session of a subscription, as far as delivery is concerned. */
export interface Subscriber {
  readonly connection: string;
  /** How presence shows it. */
  readonly member: Member;
  /** null while there is no transport. */
  readonly outbox: Outbox | null;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  /** Subscriptions that wait for their next page, served in turn; null while there is none. */
  behind: Subscription[] | null;
  /** A page is being read: one at a time, so that memory does not grow with the subscriptions. */
  reading: boolean;
  push(push: Push): void;
}

/** The channel of a subscription, as far as catching up and leaving are concerned. */
export interface SubscribedChannel {
  readonly name: string;
  readonly options: ChannelOptions;
  readonly head: Head;
  readonly roster: Roster | null;
  /** How a subscriber with these wishes is served. */
  deliveryFor(wishes: Wishes | null): Delivery;
  /** Serves a subscription as it wishes now. */
  serve(subscription: Subscription): void;
  leave(subscription: Subscription): void;
  /** Answers the client that asked by its name for a subscription in effect, which a pattern brought. */
  claimed(subscription: Subscription): void;
  release(): void;
}

/** Where a subscription starts, found out before it takes effect. */
export interface Start {
  /** What reading goes on after; null: at the head of the moment it takes effect, nothing is caught up. */
  readonly cursor: number | null;
  /** Why something before the cursor is lost, which a gap without a beginning tells; null, as nearly always: nothing is. */
  readonly lost: GapReason | null;
  readonly recovered: boolean;
  readonly unread: number | null;
}

/**
 * One session's subscription to one channel: a cursor in its stream.
 *
 * It is `opening` until its channel is open and its start is known, then it takes effect at the end of a turn.
 */
export class Subscription extends StreamCursor {
  readonly session: Subscriber;
  readonly channelName: string;
  /** Whether the client asked for the channel by its name. Otherwise a pattern brought it: then nobody sees it in the presence. */
  byName: boolean;
  /** Whether it began by a pattern: then its client may have read some of it before it asks by the name. */
  readonly isBrought: boolean;
  /** Null until the channel is open, and again after the end. */
  channel: SubscribedChannel | null = null;
  /** Resolves when the subscription has been handed to its channel, or was given up; null afterwards. */
  opening: Promise<void> | null = null;
  request: RequestId;
  /** How the client wants to be served within the rule; null while it wants nothing special. */
  wishes: Wishes | null = null;
  start: Start | null = null;
  /** The cursor that it took effect with; null before that. */
  beganAt: number | null = null;
  /** Those who are served like it; null before it takes effect, and after its end. */
  group: DeliveryGroup | null = null;
  /** Belongs to the group: the place in its list; -1 when it is in none. */
  index = -1;
  /** Messages that it was not given and the client was not told of yet: without room and history, or over its budget. */
  dropped = 0;
  /** A join or leave found no room: the whole list follows when there is some. */
  presenceStale = false;
  /** The cursor passed messages that this session does not get, and the client was not told. */
  tailSkipped = false;
  /** Waits in its session's queue for the next page. */
  queued = false;

  constructor(session: Subscriber, channelName: string, request: RequestId, byName: boolean) {
    super(0, false);
    this.session = session;
    this.channelName = channelName;
    this.request = request;
    this.byName = byName;
    this.isBrought = !byName;
  }

  /** Whether it has begun and not ended: its channel hands messages to it. */
  get isInEffect(): boolean {
    return this.index >= 0;
  }

  /**
   * The position of a client that has read the whole outbox.
   *
   * Null before the subscription takes effect and after its end, and on channels without history.
   */
  get position(): Position | null {
    const { channel, offset } = this;
    if (channel === null || !this.isInEffect || channel.options.history === null) return null;
    return { epoch: channel.head.epoch, offset };
  }
}
