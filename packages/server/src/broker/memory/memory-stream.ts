import type { HistoryOptions } from "../../config/channel-options.ts";
import { LatestValues } from "../../core/latest-values.ts";
import type { Message } from "../../core/message.ts";
import type { Append, Appended, Head, LocatedTime, Page, PageQuery } from "../../core/streams.ts";
import { currentEpoch, type Epochs } from "../epochs.ts";
import { type IdLimits, KnownIds, scopedId } from "../known-ids.ts";
import { toMessage } from "../relay.ts";
import { isExpired, locateTime, messageCost, trimReason } from "../retention.ts";
import type { StreamStart } from "../stream-start.ts";

interface Stored {
  readonly message: Message;
  readonly cost: number;
}

interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** One stream in memory: its newest messages, contiguous in their offsets. */
export class MemoryStream {
  readonly epochs: Epochs;
  readonly #ids: KnownIds<Position>;
  #head: number;
  #lastMs = 0;
  #history: HistoryOptions;
  /** The stored messages are those from `#start` on; the slots before it wait for the next compaction. */
  #stored: Stored[] = [];
  #start = 0;
  #bytes = 0;
  #missing: Page["missing"] = "purged";
  #emptySinceMs = 0;
  /** The last message of each key; null while none was to be kept. */
  #last: LatestValues | null = null;

  constructor(start: StreamStart, history: HistoryOptions, limits: IdLimits) {
    this.epochs = start.epochs;
    this.#head = start.head;
    this.#history = history;
    this.#ids = new KnownIds(limits);
  }

  get head(): Head {
    return { epoch: currentEpoch(this.epochs), offset: this.#head };
  }

  /** The time of the newest message, stored or not. */
  get newestMs(): number {
    return this.#lastMs;
  }

  get #count(): number {
    return this.#stored.length - this.#start;
  }

  get #storedFrom(): number {
    return this.#head - this.#count + 1;
  }

  /** Stores a publish, or recognises it; `message` is null for a repeat. */
  append(
    append: Append,
    history: HistoryOptions,
    nowMs: number,
  ): { result: Appended; message: Message | null } {
    const key = append.chosenId ? scopedId(append.from, append.id) : null;
    const first = key === null ? undefined : this.#ids.find(key, nowMs);
    if (first !== undefined) {
      return { result: { ok: true, ...first, id: append.id, duplicate: true }, message: null };
    }
    const epoch = currentEpoch(this.epochs);
    const offset = ++this.#head;
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    const message = toMessage(append, epoch, offset, this.#lastMs);
    const cost = messageCost(Buffer.byteLength(append.dataJson));
    this.#stored.push({ message, cost });
    this.#bytes += cost;
    if (key !== null) this.#ids.add(key, { epoch, offset }, nowMs);
    if (append.keepsLast) (this.#last ??= new LatestValues()).offer(message, offset);
    this.#history = history;
    this.trim(nowMs);
    return { result: { ok: true, epoch, offset, id: append.id, duplicate: false }, message };
  }

  lastValues(): readonly Message[] {
    return this.#last?.messages() ?? [];
  }

  read(query: PageQuery, nowMs: number): Page {
    const earliest = this.earliest(query.history, nowMs);
    const messages: Message[] = [];
    const ascending = query.order === "asc";
    let offset = ascending
      ? Math.max(query.bound + 1, earliest)
      : Math.min(query.bound - 1, query.head, this.#head);
    const last = ascending ? Math.min(query.head, this.#head) : earliest;
    let bytes = 0;
    while (ascending ? offset <= last : offset >= last) {
      const stored = this.#at(offset);
      if (stored === undefined || messages.length >= query.maxMessages) break;
      messages.push(stored.message);
      bytes += stored.cost;
      if (bytes >= query.maxBytes) break;
      offset += ascending ? 1 : -1;
    }
    return { messages, earliest, missing: this.#missingBefore(earliest) };
  }

  /** The oldest offset that a read still returns. */
  earliest(history: HistoryOptions, nowMs: number): number {
    const oldest = this.#at(this.#storedFrom);
    if (oldest === undefined || !isExpired(oldest.message.timeMs, history, nowMs)) return this.#storedFrom;
    return this.#firstThat(({ timeMs }) => !isExpired(timeMs, history, nowMs));
  }

  /** Where the messages with this time or a later one begin. */
  locateTime(timeMs: number, head: Head, history: HistoryOptions, nowMs: number): LocatedTime {
    const earliest = this.earliest(history, nowMs);
    const first = Math.max(
      earliest,
      this.#firstThat((message) => message.timeMs >= timeMs),
    );
    const missing = this.#missingBefore(earliest);
    return locateTime({ earliest, missing, newestMs: this.#lastMs }, first, timeMs, head, history, nowMs);
  }

  /** How many messages in (`after`, `until`] are stored and come from others than `user`. */
  countOfOthers(user: string, after: number, until: number, history: HistoryOptions, nowMs: number): number {
    let count = 0;
    const last = Math.min(until, this.#head);
    for (let offset = Math.max(after + 1, this.earliest(history, nowMs)); offset <= last; offset++) {
      const from = this.#at(offset)?.message.from;
      if (from !== undefined && !(from.kind === "client" && from.user === user)) count++;
    }
    return count;
  }

  purge(nowMs: number): void {
    this.#stored = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#last = null;
    this.#missing = "purged";
    this.#emptySinceMs = nowMs;
  }

  /** Drops what is past its retention. */
  trim(nowMs: number): void {
    for (;;) {
      const oldest = this.#stored[this.#start];
      if (oldest === undefined) break;
      const reason = trimReason(oldest.message, this.#count, this.#bytes, this.#history, nowMs);
      if (reason === null) break;
      this.#start++;
      this.#bytes -= oldest.cost;
      this.#missing = reason;
      this.#emptySinceMs = oldest.message.timeMs + this.#history.ttlMs;
    }
    // Moving the rest once per doubling keeps trimming at a constant cost per message.
    if (this.#start > 32 && this.#start * 2 >= this.#stored.length) {
      this.#stored = this.#stored.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Frees what is past its time, and says since when nothing has been stored; null when something is. */
  sweep(nowMs: number): number | null {
    this.trim(nowMs);
    this.#ids.forget(nowMs);
    return this.#count === 0 && this.#ids.size === 0 ? this.#emptySinceMs : null;
  }

  #missingBefore(earliest: number): Page["missing"] {
    return earliest > this.#storedFrom ? "expired" : this.#missing;
  }

  /** The first stored offset that passes, where all after one that passes do; head + 1 when none does. */
  #firstThat(passes: (message: Message) => boolean): number {
    let low = this.#storedFrom;
    let high = this.#head + 1;
    // Time never goes back within a stream, so what is too old is a prefix.
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const stored = this.#at(middle);
      if (stored !== undefined && !passes(stored.message)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #at(offset: number): Stored | undefined {
    const index = this.#start + offset - this.#storedFrom;
    return index < this.#start ? undefined : this.#stored[index];
  }
}
