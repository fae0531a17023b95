import type { Clock, RandomId } from "../../base/clock.ts";
import type { HistoryOptions } from "../../config/channel-options.ts";
import type { Message } from "../../core/message.ts";
import type {
  Append,
  Appended,
  Head,
  Located,
  LocatedTime,
  NamesPage,
  Page,
  PageQuery,
} from "../../core/streams.ts";
import { beginEpoch, currentEpoch, firstEpoch, locate } from "../epochs.ts";
import { type IdLimits, isRecognised, scopedId } from "../known-ids.ts";
import type { StreamStart } from "../stream-start.ts";
import type { Environment } from "./environment.ts";
import type { Group } from "./group-commit.ts";
import { channelOfRecordKey, hashId, idKey, recordsAfter, recordsWithin } from "./keys.ts";
import { decodeStoredId } from "./stored-id.ts";
import { readLastValues } from "./last-values.ts";
import type { StoreEpochs } from "./store-epochs.ts";
import type { StreamCache } from "./stream-cache.ts";
import type { StreamParts } from "./stream-parts.ts";
import { countOfOthers, earliestAt, locateTimeIn, readPage } from "./stream-reader.ts";
import { decodeRecord } from "./stream-record.ts";
import type { StreamState } from "./stream-state.ts";

const EPOCH_BITS = 48;

export interface LmdbStreamsOptions {
  readonly environment: Environment;
  readonly cache: StreamCache;
  readonly parts: StreamParts;
  readonly epochs: StoreEpochs;
  readonly clock: Clock;
  readonly randomId: RandomId;
  readonly limits: IdLimits;
}

/** A publish on a channel that keeps its history on disk. */
export interface DurableAppend extends Append {
  readonly history: HistoryOptions;
}

/** What becomes of a publish once its group has settled; `group` is null when the answer is certain already. */
interface Outcome {
  readonly group: Group | null;
  readonly result: Appended;
}

const UNAVAILABLE: Appended = { ok: false, reason: "unavailable" };

/**
 * The streams that are kept on disk: the durabilities `disk` and `process`.
 *
 * Reads throw what the environment throws; appends never do.
 */
export class LmdbStreams {
  readonly #environment: Environment;
  readonly #cache: StreamCache;
  readonly #parts: StreamParts;
  readonly #epochs: StoreEpochs;
  readonly #clock: Clock;
  readonly #randomId: RandomId;
  readonly #limits: IdLimits;

  constructor(options: LmdbStreamsOptions) {
    this.#environment = options.environment;
    this.#cache = options.cache;
    this.#parts = options.parts;
    this.#epochs = options.epochs;
    this.#clock = options.clock;
    this.#randomId = options.randomId;
    this.#limits = options.limits;
  }

  async append(batch: readonly DurableAppend[]): Promise<readonly Appended[]> {
    const outcomes = batch.map((append) => this.#plan(append));
    // Usually one group; a second when a repeat waits for a first that left with the group before.
    const kept = new Map<Group | null, boolean>([[null, true]]);
    for (const { group } of outcomes) {
      if (group !== null && !kept.has(group)) kept.set(group, await group.settled);
    }
    return outcomes.map(({ group, result }) => (kept.get(group) === true ? result : UNAVAILABLE));
  }

  /** The last position that the listener was told of. */
  head(channel: string): Head {
    const record = this.#cache.state(channel).durable;
    if (record === null) return { epoch: this.#epochs.current, offset: 0 };
    return { epoch: currentEpoch(record.epochs), offset: record.head };
  }

  read(query: PageQuery): Page {
    const record = this.#cache.state(query.channel).durable;
    if (record === null) return { messages: [], earliest: 1, missing: "expired" };
    return readPage(this.#environment, record, query, this.#clock.nowMs());
  }

  /** The last message of each key, of those that the listener was told of. */
  lastValues(channel: string): readonly Message[] {
    const record = this.#cache.state(channel).durable;
    return record === null ? [] : readLastValues(this.#environment, record, channel);
  }

  locate(channel: string, history: HistoryOptions, epoch: string, offset: number, head: Head): Located {
    const record = this.#cache.state(channel).durable;
    const past = {
      epochs: record?.epochs ?? firstEpoch(this.#epochs.current),
      earliest: record === null ? 1 : earliestAt(this.#environment, record, history, this.#clock.nowMs()),
      isStoreEpoch: (candidate: string) => this.#epochs.has(candidate),
    };
    return locate(past, epoch, offset, head);
  }

  locateTime(channel: string, history: HistoryOptions, timeMs: number, head: Head): LocatedTime {
    const record = this.#cache.state(channel).durable;
    if (record === null) return { cursor: head.offset, missing: null };
    return locateTimeIn(this.#environment, record, timeMs, head, history, this.#clock.nowMs());
  }

  unread(channel: string, history: HistoryOptions, user: string, offset: number, head: number): number {
    const record = this.#cache.state(channel).durable;
    if (record === null) return 0;
    const earliest = earliestAt(this.#environment, record, history, this.#clock.nowMs());
    return countOfOthers(this.#environment, record, user, offset, head, earliest);
  }

  names(after: string, limit: number): readonly string[] {
    const names: string[] = [];
    for (const { key } of this.#environment.entries(recordsAfter(after, limit)))
      names.push(channelOfRecordKey(key));
    return names;
  }

  /** Looks at the records, which tell the time of the newest message, and not at the streams in the cache. */
  writtenSince(prefix: string, timeMs: number, after: string, limit: number): NamesPage {
    const names: string[] = [];
    let last = after;
    let looked = 0;
    for (const { key, value } of this.#environment.entries(recordsWithin(prefix, after, limit))) {
      last = channelOfRecordKey(key);
      looked += 1;
      if (decodeRecord(value).lastMs >= timeMs) names.push(last);
    }
    return { names, next: looked < limit ? null : last };
  }

  /** Forgets the messages of a stream; false when that could not be kept. */
  async purge(channel: string): Promise<boolean> {
    const state = this.#cache.state(channel);
    if (state.latest === null) return true;
    const part = this.#parts.existing(state);
    if (part === null) return false;
    part.purge(this.#clock.nowMs());
    return part.group.settled;
  }

  /** Whether the stream lives on disk, or has a record there that says it moved to memory. */
  residence(channel: string): "none" | "here" | "moved" {
    const record = this.#cache.state(channel).latest;
    if (record === null) return "none";
    return record.durable === false ? "moved" : "here";
  }

  /**
   * Lets a stream go on in memory, where it begins a new epoch; null when nothing can be written.
   *
   * Its messages are forgotten: a rule that no longer wants them on disk has no use for them.
   */
  release(channel: string): StreamStart | null {
    const state = this.#cache.state(channel);
    const { latest } = state;
    if (latest === null) return null;
    const start = {
      epochs: beginEpoch(latest.epochs, this.#randomId(EPOCH_BITS), latest.head, latest.head + 1),
      head: latest.head,
    };
    if (latest.durable === false) return start;
    const part = this.#parts.existing(state);
    part?.moveAway(this.#clock.nowMs());
    return part === null ? null : start;
  }

  /** Takes over a stream from memory, or, without `from`, one whose time in memory ended with its process. */
  adopt(channel: string, from: StreamStart | null, history: HistoryOptions): boolean {
    const state = this.#cache.state(channel);
    const start = from ?? state.latest;
    const part = start === null ? null : this.#parts.of(state, history);
    if (start === null || part === null) return false;
    part.takeOver(start, this.#randomId(EPOCH_BITS), history, this.#clock.nowMs());
    return true;
  }

  /** Finds the position of a publish, or recognises it; a store that cannot be read refuses it. */
  #plan(append: DurableAppend): Outcome {
    try {
      const state = this.#cache.state(append.channel);
      const nowMs = this.#clock.nowMs();
      const key = append.chosenId ? scopedId(append.from, append.id) : null;
      const repeat = key === null ? null : this.#findRepeat(state, key, append.id, nowMs);
      if (repeat !== null) return repeat;
      const part = this.#parts.of(state, append.history);
      if (part === null) return { group: null, result: UNAVAILABLE };
      const { epoch, offset } = part.append(append, append.history, key, nowMs);
      return { group: part.group, result: { ok: true, epoch, offset, id: append.id, duplicate: false } };
    } catch {
      return { group: null, result: UNAVAILABLE };
    }
  }

  #findRepeat(state: StreamState, key: string, id: string, nowMs: number): Outcome | null {
    const record = state.latest;
    if (record === null) return null;
    const planned = state.plannedIds.get(key);
    const known = planned ?? this.#storedId(record.stream, key);
    if (known === null || !isRecognised(known, record.idsTotal, this.#limits, nowMs)) return null;
    const { epoch, offset } = known;
    return { group: planned?.group ?? null, result: { ok: true, epoch, offset, id, duplicate: true } };
  }

  #storedId(stream: number, key: string) {
    const bytes = this.#environment.get(idKey(stream, hashId(key)));
    return bytes === undefined ? null : decodeStoredId(bytes);
  }
}
