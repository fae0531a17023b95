import type { DeliverMode, Position, Since, SubscribedPush, SubscribeSince } from "@tidewire/protocol";
import type { ChannelPush } from "./channel-subscription.ts";
import { bareSince, isPosition } from "./bare-since.ts";

/** Channels with more keys than this see an old value again now and then, which costs nothing but a repaint. */
const MAX_KEYS = 10_000;

/** What a message says about its place. */
export interface Placed {
  readonly channel?: string;
  readonly epoch?: string;
  readonly offset?: number;
  readonly key?: string;
}

/** Where a subscription stands: in its channel, or in each channel of its pattern. Of a channel this is a {@link Cursor}. */
export interface Standing {
  readonly deliver: DeliverMode;
  readonly position: Position | undefined;
  readonly since: SubscribeSince | undefined;
  readonly missing: number;
  /** Whether a frame is for it; absent: the frames of its channel are. */
  takes?(push: ChannelPush): boolean;
  resumeAt(position: Position | undefined): void;
  confirm(push: SubscribedPush): void;
  isNew(message: Placed): boolean;
  pass(message: Placed): void;
  moveTo(epoch: string, offset: number, channel: string): void;
  caughtUp(epoch: string, offset: number, channel: string): void;
}

/** Where one client stands in one stream: what it has seen, where it resumes, how much it misses. */
export class Cursor implements Standing {
  #position: Position | undefined;
  readonly #start: Since | undefined;
  #head: Position | undefined;
  #missing = 0;
  /** How the server delivers, as it said last. */
  deliver: DeliverMode = "all";
  readonly #keys = new Map<string, number>();
  readonly #isInbox: boolean;

  /**
   * `start` is where the subscriber wants to begin; undefined means with what is published from now on or, in a
   * user's inbox, after what the user has acknowledged.
   */
  constructor(start: Since | undefined, isInbox = false) {
    this.#start = start;
    this.#isInbox = isInbox;
    const bare = bareSince(start);
    if (isPosition(bare)) this.#position = bare;
  }

  /** The last place that was reached; undefined before the first one. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** What to ask the server for. */
  get since(): Since | undefined {
    return this.#position ?? this.#start;
  }

  /** How many messages up to the head at the time of confirmation have not arrived; 0 when caught up. */
  get missing(): number {
    return this.#missing;
  }

  /** Begins where an earlier page stopped, unless a place is known already. */
  resumeAt(position: Position | undefined): void {
    this.#position ??= position;
  }

  /** Takes the server's confirmation, which says where the stream's head is. */
  confirm(push: SubscribedPush): void {
    const { epoch, offset } = push;
    this.deliver = push.deliver;
    this.#head = undefined;
    this.#missing = 0;
    if (epoch === undefined || offset === undefined) return;
    const { since } = this;
    if (since === undefined && !this.#isInbox) {
      this.#position = { epoch, offset };
      return;
    }
    // Only the server knows where an inbox begins: before its head, if anything there is unread.
    this.#missing = since === undefined ? (push.unread ?? 0) : missingSince(since, offset);
    if (this.#missing > 0) this.#head = { epoch, offset };
  }

  /** Tells whether a message is new; one seen before came twice. */
  isNew(message: Placed): boolean {
    const { epoch, offset, key = "" } = message;
    if (offset === undefined || this.#position?.epoch !== epoch) return true;
    // Values of different keys overtake each other, so there only the same key's last offset can tell.
    return offset > ((this.deliver === "latest" ? this.#keys.get(key) : this.#position?.offset) ?? -1);
  }

  /** Moves behind a message that was delivered. */
  pass(message: Placed): void {
    const { epoch, offset, key = "" } = message;
    if (offset === undefined || this.deliver !== "latest") return this.moveTo(epoch, offset);
    // A value from before another key's newest one, perhaps of an older epoch: the place stays.
    if ((this.#position?.offset ?? -1) < offset) this.moveTo(epoch, offset);
    if (this.#keys.size > MAX_KEYS) this.#keys.clear();
    this.#keys.set(key, offset);
  }

  /**
   * Moves to a place, never back within an epoch.
   *
   * Half of one moves nothing: no server sends it, but kept and sent back it would be refused with every connection.
   */
  moveTo(epoch: string | undefined, offset: number | undefined): void {
    if (epoch === undefined || offset === undefined) return;
    if (this.#position?.epoch === epoch) {
      if (this.#position.offset >= offset) return;
    } else {
      this.#keys.clear();
    }
    this.#position = { epoch, offset };
    const head = this.#head;
    if (head === undefined) return;
    this.#missing = head.epoch === epoch ? Math.max(0, head.offset - offset) : this.#missing;
    if (this.#missing === 0) this.#head = undefined;
  }

  /** Takes the server's word that everything up to here was sent. */
  caughtUp(epoch: string, offset: number): void {
    this.moveTo(epoch, offset);
    this.#head = undefined;
    this.#missing = 0;
  }
}

function missingSince(since: Since, headOffset: number): number {
  if (since === "earliest") return headOffset;
  if ("last" in since) return Math.min(since.last, headOffset);
  // Offsets go on across epochs, so the difference counts there too; a position ahead of the head will get a gap.
  return Math.max(0, headOffset - since.offset);
}
