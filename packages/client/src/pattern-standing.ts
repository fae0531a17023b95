import type { DeliverMode, Position, SincePositions, SubscribedPush } from "@tidewire/protocol";
import type { ChannelPush } from "./channel-subscription.ts";
import type { Placed, Standing } from "./cursor.ts";

/**
 * The most characters of a message that list positions: half of what servers take by default.
 *
 * The channels that are left out come again from the beginning, and what was seen of them is known by their cursors.
 */
const MAX_POSITIONS_LENGTH = 32_768;

/** The most characters that a position takes besides its channel: quotes, an epoch and an offset. */
const POSITION_LENGTH = 80;

/** Where somebody stands in one channel: what the script calls a cursor. */
interface ChannelCursor extends Standing {
  deliver: DeliverMode;
}

/** Makes the standing of a subscription to a pattern; `Cursor` is that of one channel. */
export type StandingOf = (pattern: string, Cursor: new (start: undefined) => ChannelCursor) => Standing;

export const standingOf: StandingOf = (pattern, Cursor) =>
  new PatternStanding(pattern, () => new Cursor(undefined));

/** Where a subscription to a pattern stands: in each channel that it has heard of. Loaded when a pattern is subscribed to. */
class PatternStanding implements Standing {
  deliver: DeliverMode = "all";
  /** There is none that would say it in one place. */
  readonly position: undefined = undefined;
  /** How many messages the pattern's channels have is not known. */
  readonly missing = 0;
  readonly #matching: RegExp;
  readonly #newCursor: () => ChannelCursor;
  /** The time of the beginning, as the server said it. */
  #timeMs: number | undefined;
  /** By channel; the one that moved last is at the end. */
  readonly #cursors = new Map<string, ChannelCursor>();

  constructor(pattern: string, newCursor: () => ChannelCursor) {
    this.#matching = matching(pattern);
    this.#newCursor = newCursor;
  }

  /** Each channel that was heard of goes on after its position, and the others begin at the time of the beginning. */
  get since(): SincePositions | undefined {
    const time = this.#timeMs;
    if (time === undefined) return undefined;
    const positions: [string, Position][] = [];
    let length = 0;
    for (const [channel, { position }] of [...this.#cursors].toReversed()) {
      length += channel.length + POSITION_LENGTH;
      if (length > MAX_POSITIONS_LENGTH) break;
      if (position !== undefined) positions.push([channel, position]);
    }
    return { time, positions: Object.fromEntries(positions) };
  }

  takes({ type, channel }: ChannelPush): boolean {
    return (type === "message" || type === "gap" || type === "position") && this.#matching.test(channel);
  }

  /** What was kept by an earlier page is kept for channels. */
  resumeAt(): void {}

  confirm({ deliver, time }: SubscribedPush): void {
    this.deliver = deliver;
    this.#timeMs = time;
  }

  isNew(message: Placed): boolean {
    return this.#cursorOf(message.channel).isNew(message);
  }

  pass(message: Placed): void {
    this.#cursorOf(message.channel).pass(message);
  }

  moveTo(epoch: string, offset: number, channel: string): void {
    this.#cursorOf(channel).moveTo(epoch, offset, channel);
  }

  caughtUp(epoch: string, offset: number, channel: string): void {
    this.#cursorOf(channel).caughtUp(epoch, offset, channel);
  }

  #cursorOf(channel = ""): ChannelCursor {
    const cursor = this.#cursors.get(channel) ?? this.#newCursor();
    // Whether a channel delivers every message or the latest, nobody says. What is right for the latest, key by key, is right for all.
    cursor.deliver = "latest";
    this.#cursors.delete(channel);
    this.#cursors.set(channel, cursor);
    return cursor;
  }
}

/**
 * What the names of a pattern's channels match, and no inbox: `*` is one segment, a last `**` any rest, also none.
 *
 * The server says whether it is a pattern at all. A name takes time in proportion to its length: what a star matches ends at a separator.
 */
function matching(pattern: string): RegExp {
  const source = pattern.replaceAll(/([.:/]?)\*\*$|[*.]/g, (match, separator?: string) => {
    if (separator !== undefined) return `(?:${separator && `\\${separator}`}.*)?`;
    return match === "*" ? "[^.:/]+" : "\\.";
  });
  return new RegExp(`^(?!@)${source}$`);
}
