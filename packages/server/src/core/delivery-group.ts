import type { Random } from "../base/clock.ts";
import type { Delivery } from "./delivery.ts";
import type { Encoding } from "./encoding.ts";
import type { FrameRing } from "./frame-ring.ts";
import type { LatestValues } from "./latest-values.ts";
import type { Message } from "./message.ts";
import type { PageRun } from "./page-run.ts";
import type { Outbox } from "./outbox.ts";
import type { Head } from "./streams.ts";
import type { SubscriberIndex } from "./subscriber-index.ts";
import type { Start, Subscription } from "./subscription.ts";
import type { Tally } from "./tally.ts";
import type { Ticks } from "./ticks.ts";

/**
 * A channel's subscribers that share one encoding and one way of being served.
 *
 * The channel hands every message to each of its groups, and asks each at the end of a turn to write what is to be sent. What is sent
 * when, to whom, and what becomes of a subscriber without room is the group's own; presence is the channel's, and the same in all.
 */
export interface DeliveryGroup {
  readonly encoding: Encoding;
  readonly delivery: Delivery;
  readonly size: number;
  /** Those in the group, in no order that anybody may rely on. */
  readonly subscriptions: readonly Subscription[];
  /** The recent messages of the stream, encoded; null where what subscribers miss does not come from the stream. */
  readonly ring: FrameRing | null;
  /** Where it comes from then. */
  readonly backlog: Backlog | null;
  /** A subscription that has read the stream up to here is live: all that follows is given to it by the group. */
  readonly liveFrom: number;
  /** Takes a subscription whose session has an outbox, which must stay the same until `remove`. */
  add(subscription: Subscription): void;
  /** Lets an added subscription begin at `start`; the client has been told that it is subscribed. */
  begin(subscription: Subscription, start: Start): void;
  /** Lets an added subscription go on that has made `progress` in another group of the channel. */
  resume(subscription: Subscription, progress: Progress): void;
  /**
   * Says what a subscription has been sent, which then goes over to another group.
   *
   * Where there is no stream to read what it lacks from, that is sent now.
   */
  handOver(subscription: Subscription): Progress;
  remove(subscription: Subscription): void;
  /** Takes a message within a turn. `sequence` grows by one from call to call, unless messages were missed. */
  gather(message: Message, sequence: number): void;
  /** Writes what is to be sent now. To be called at the end of a turn in which something was gathered, or asked for. */
  flush(): void;
  /** Offers what waits for its time to the last values that the channel begins to keep; nothing of it is taken out. */
  offerWaiting(values: LatestValues): void;
  /** Takes note that messages were missed: what was not gathered must be read. */
  missed(): void;
  /**
   * Makes what the group's subscribers get of a page of the stream; null when nothing is in it.
   *
   * `isCurrent`: it reaches the head, and nothing was purged since it was read.
   */
  runOf(messages: readonly Message[], isCurrent: boolean): PageRun | null;
  /** Drops everything that it holds of the stream's messages, sent or not, since the stream was purged. */
  forget(): void;
}

/** What a group keeps for those of its subscribers that are behind. */
export interface Backlog {
  /**
   * Writes the next page of what a subscription lacks, of about `maxBytes`, to its outbox, which has room.
   *
   * The subscription is live when nothing is left.
   */
  writePage(subscription: Subscription, outbox: Outbox, maxBytes: number): void;
}

/** What a subscription has been sent by its group. */
export interface Progress {
  /** Everything up to this sequence number was sent, or has been replaced by something that was. */
  readonly cursor: number;
  /** The sequence number up to which it was sent what has this key. */
  seen(key: string): number;
}

/** What a group asks of the channel it belongs to. */
export interface GroupHost {
  readonly name: string;
  readonly head: Head;
  /** Whether there is a stream that can be read. */
  readonly isStored: boolean;
  readonly ticks: Ticks;
  readonly tally: Tally;
  readonly random: Random;
  readonly subscribers: SubscriberIndex;
  /** Asks for a `flush` of all groups at the end of this turn. */
  gather(): void;
  /** A subscriber starts behind the head: it must read the stream. */
  catchUp(subscription: Subscription): void;
  /** A subscriber cannot be served live any more, for now: it must read the stream. */
  fellBehind(subscription: Subscription): void;
}
