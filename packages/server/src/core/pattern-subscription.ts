import { compilePattern, type SincePositions, type SinceTime } from "@tidewire/protocol";
import type { LimitName } from "../config/limit-table.ts";
import type { Wishes } from "./delivery.ts";
import type { RequestId } from "./push.ts";
import type { Session } from "./session.ts";
import { Subscription } from "./subscription.ts";

/** Where the channels of a pattern start. */
export type PatternSince = SinceTime | SincePositions;

/** What a pattern asks of those who began it. */
export interface PatternOwner {
  /** How many channels the patterns of one session may bring. */
  readonly maxChannels: number;
  /** Lets a channel begin where the pattern's `since` says, which takes a look into the stream. */
  resume(pattern: PatternSubscription, channel: string): void;
  /** A channel finds no room: the pattern ends, and its client is told. */
  overflow(pattern: PatternSubscription, limit: LimitName): void;
  /** A channel cannot be opened: the pattern ends, and its client is told. */
  unavailable(pattern: PatternSubscription): void;
}

/**
 * One session's subscription to a pattern.
 *
 * It holds no cursor. What it brings are subscriptions like all others, one for each channel that it has met.
 */
export class PatternSubscription {
  readonly owner: PatternOwner;
  readonly session: Session;
  readonly pattern: string;
  readonly matches: (channel: string) => boolean;
  /** Of the client that waits for its answer. */
  readonly request: RequestId;
  /** Where its channels start, as long as it has not met all that were written to since; null afterwards: with the next message. */
  since: PatternSince | null;
  /** The time from which on it brings everything; null before it takes effect. */
  timeMs: number | null = null;
  /** Its place in the order in which patterns began; 0 before it takes effect. */
  sequence = 0;
  /** How its channels are to be served, within their rules; null: as these say. */
  wishes: Wishes | null = null;
  /** Channels that the backend took the session out of; null, as nearly always: none. */
  leftOut: Set<string> | null = null;

  constructor(
    owner: PatternOwner,
    session: Session,
    pattern: string,
    since: PatternSince | null,
    request: RequestId,
  ) {
    this.owner = owner;
    this.request = request;
    this.session = session;
    this.pattern = pattern;
    this.matches = compilePattern(pattern);
    this.since = since;
  }

  get isInEffect(): boolean {
    return this.sequence > 0;
  }

  /** Whether it has not ended. */
  get isWanted(): boolean {
    return this.session.patterns?.held.get(this.pattern) === this;
  }

  /** Gives the session a subscription to a channel that it has not; null when there is no room, and the pattern has ended. */
  take(channel: string): Subscription | null {
    const { session, owner } = this;
    const { patterns } = session;
    if (patterns === null || patterns.brought >= owner.maxChannels) {
      owner.overflow(this, "pattern_channels");
      return null;
    }
    const subscription = new Subscription(session, channel, null, false);
    subscription.wishes = this.wishes;
    session.subscriptions.set(channel, subscription);
    patterns.brought += 1;
    return subscription;
  }
}

/** The patterns of one session. */
export class SessionPatterns {
  readonly held: Map<string, PatternSubscription> = new Map();
  /** How many of the session's subscriptions are there only since a pattern matches. */
  brought = 0;
}
