import type { HistoryOptions } from "../config/channel-options.ts";
import type { Message, Publisher } from "./message.ts";
import type { PublishTrace } from "./publish-trace.ts";

/** The last position of a stream. A stream that was never written has the store's epoch and offset 0. */
export interface Head {
  readonly epoch: string;
  readonly offset: number;
}

/** One publish on its way into the broker. */
export interface Append {
  readonly channel: string;
  /** null: the message is only passed on; it gets neither epoch nor offset. */
  readonly history: HistoryOptions | null;
  readonly id: string;
  /** Whether the publisher chose `id`: only then is it kept for recognising repeats. */
  readonly chosenId: boolean;
  readonly from: Publisher;
  readonly key: string | null;
  readonly priority: "high" | null;
  readonly exclude: string | null;
  readonly dataJson: string;
  /** Whether the message is kept as its key's last value, apart from the history. */
  readonly keepsLast: boolean;
  /** Follows it on its way; the store does not look at it. */
  readonly trace?: PublishTrace | null;
}

/** What became of one publish. `unavailable`: nothing was kept, and trying again is right. */
export type Appended =
  | {
      readonly ok: true;
      readonly epoch: string | null;
      readonly offset: number | null;
      readonly id: string;
      /** True: the same id of the same publisher was stored before, at this position. */
      readonly duplicate: boolean;
    }
  | { readonly ok: false; readonly reason: "unavailable" };

/** Why messages that a cursor needs are not in the store any more. */
export type GapReason = "expired" | "epoch" | "purged" | "limit";

/** A request for one page of a stream, in offset order. */
export interface PageQuery {
  readonly channel: string;
  readonly history: HistoryOptions;
  /** Exclusive: the page holds offsets greater than this (`asc`), or smaller than this (`desc`). */
  readonly bound: number;
  readonly order: "asc" | "desc";
  /** Inclusive: nothing beyond this offset is returned. */
  readonly head: number;
  readonly maxMessages: number;
  /** The page ends after the message that reaches this many bytes, so it holds at least one where there is one. */
  readonly maxBytes: number;
}

/** One page. `missing` says why the oldest stored message is not older still. */
export interface Page {
  readonly messages: readonly Message[];
  /** The oldest offset still stored, or head + 1 of the store when none is. */
  readonly earliest: number;
  readonly missing: Exclude<GapReason, "epoch">;
}

/**
 * Where a client's position leads in a stream.
 *
 * `cursor` is what reading goes on after. `diverged`: the position belongs to a past that was lost, so the client must be
 * told by a gap with reason `epoch`.
 */
export interface Located {
  readonly cursor: number;
  readonly diverged: boolean;
  /** The oldest offset still stored, or head + 1 when none is: reading after a smaller cursor begins with a gap. */
  readonly earliest: number;
}

/** Where reading by time begins in a stream. */
export interface LocatedTime {
  /** What reading goes on after. */
  readonly cursor: number;
  /** Why messages of that time or later may be lost; null: none is. */
  readonly missing: Page["missing"] | null;
}

/** A stretch of offsets written under one epoch; `first` is its first offset. */
export interface EpochStart {
  readonly epoch: string;
  readonly first: number;
}

/**
 * The port to the streams: appending, reading, and hearing of appends. All methods speak of committed data only.
 *
 * An engine hands every append of an opened channel to the listener it was made with, in offset order and only after the
 * channel's durability was reached; `append` resolves after that. A failing store makes appends `unavailable` and never
 * throws; `open`, `read` and the others reject with StreamsUnavailable.
 */
export interface Streams {
  /**
   * Starts reporting a channel's appends.
   *
   * Resolves with a head after which every append is reported, or shows as a jump in the offsets that are.
   */
  open(channel: string, history: HistoryOptions | null): Promise<Head>;
  /** Ends the reporting. Unknown channels are ignored. */
  close(channel: string): void;
  /**
   * Starts reporting the appends of every channel, opened or not, until `closeAll`. To be called for each listener that begins.
   *
   * Resolves with a time: whatever is stamped with it or later is reported from now on, as far as the clock does not go back.
   */
  openAll(): Promise<number>;
  /** Ends the reporting of channels that are not opened. */
  closeAll(): void;
  /** Appends one turn's publishes; the results stand in the order of the batch. */
  append(batch: readonly Append[]): Promise<readonly Appended[]>;
  read(query: PageQuery): Promise<Page>;
  /** Says where `epoch:offset` leads, for a stream whose head as handed out is `head`. */
  locate(
    channel: string,
    history: HistoryOptions,
    epoch: string,
    offset: number,
    head: Head,
  ): Promise<Located>;
  /** Says where the messages with this time or a later one begin, for a stream whose head as handed out is `head`. */
  locateTime(channel: string, history: HistoryOptions, timeMs: number, head: Head): Promise<LocatedTime>;
  /** Forgets every stored message, and every last value; epoch and head stay. Resolves with the head. */
  purge(channel: string, history: HistoryOptions): Promise<Head>;
  /**
   * The last message of each key that was appended with `keepsLast`, in no particular order, up to the head.
   *
   * They outlive the history: a message that was trimmed stays its key's last value, as long as the stream has a record. Where there is no
   * history they are in memory, for a day after the last publish. Of more than 10 000 keys, or 16 MB, the tenth that was written longest ago is
   * forgotten. A purge forgets them all.
   */
  lastValues(channel: string, history: HistoryOptions | null): Promise<readonly Message[]>;
  catalogue: StreamCatalogue;
}

/** What the administrative doors ask about stored streams. */
export interface StreamCatalogue {
  /** The head of a stream, opened or not. */
  head(channel: string, history: HistoryOptions): Promise<Head>;
  /** The names of stored streams greater than `after`, in code unit order. */
  names(after: string, limit: number): Promise<readonly string[]>;
  /**
   * Looks through at most `limit` stored streams whose names begin with `prefix` and are greater than `after`.
   *
   * Gives those whose newest message has `timeMs` or later, and where to go on.
   */
  writtenSince(prefix: string, timeMs: number, after: string, limit: number): Promise<NamesPage>;
  /** How many messages after `offset` up to `head` are stored and were not published by `user`. */
  unread(
    channel: string,
    history: HistoryOptions,
    user: string,
    offset: number,
    head: number,
  ): Promise<number>;
}

/** Some names in code unit order; `next` is what the next page goes on after, null when there is none. */
export interface NamesPage {
  readonly names: readonly string[];
  readonly next: string | null;
}

/** Told of appends in offset order per channel; called once for each batch that became durable together. */
export type StreamListener = (messages: readonly Message[]) => void;

/** The store cannot be used at the moment; trying again later is right. */
export class StreamsUnavailable extends Error {
  override readonly name = "StreamsUnavailable";
}
