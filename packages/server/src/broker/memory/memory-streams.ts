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
  StreamCatalogue,
  Streams,
} from "../../core/streams.ts";
import { Deliveries } from "../deliveries.ts";
import { firstEpoch, locate } from "../epochs.ts";
import { Heard } from "../heard.ts";
import type { IdLimits } from "../known-ids.ts";
import { Relay } from "../relay.ts";
import type { StreamStart } from "../stream-start.ts";
import { DEDUPE_KEEP_MS, MAX_IDS_PER_CHANNEL, RECORD_KEEP_MS, type StoreOptions } from "../store.ts";
import { MemoryStream } from "./memory-stream.ts";

/** How many former epochs of the store are remembered; one is added when records of idle streams are deleted. */
const MAX_FORMER_EPOCHS = 1000;
const EPOCH_BITS = 48;

/** Streams that live as long as the process; their epochs are new at every start. */
export class MemoryStreams implements Streams {
  readonly #clock: Clock;
  readonly #randomId: RandomId;
  readonly #limits: IdLimits;
  readonly #heard = new Heard();
  readonly #deliveries: Deliveries;
  readonly #relay: Relay;
  readonly #streams = new Map<string, MemoryStream>();
  /** Epochs of streams that were never written: the last one is the current one. */
  readonly #storeEpochs: Set<string>;
  #storeEpoch: string;
  #names: readonly string[] | null = null;
  #closed = false;

  constructor(options: StoreOptions) {
    this.#clock = options.clock;
    this.#randomId = options.randomId;
    const max = options.maxIdsPerChannel ?? MAX_IDS_PER_CHANNEL;
    this.#limits = { keepMs: options.dedupeKeepMs ?? DEDUPE_KEEP_MS, max };
    this.#deliveries = new Deliveries(options.listener, this.#heard);
    this.#relay = new Relay(options.clock, max);
    this.#storeEpoch = options.randomId(EPOCH_BITS);
    this.#storeEpochs = new Set([this.#storeEpoch]);
  }

  readonly catalogue: StreamCatalogue = {
    head: (channel) => Promise.resolve(this.#head(channel)),
    names: (after, limit) => Promise.resolve(this.#namesAfter(after, limit)),
    writtenSince: (prefix, timeMs, after, limit) =>
      Promise.resolve(this.#writtenSince(prefix, timeMs, after, limit)),
    unread: (channel, history, user, offset, head) => {
      const stream = this.#streams.get(channel);
      return Promise.resolve(stream?.countOfOthers(user, offset, head, history, this.#clock.nowMs()) ?? 0);
    },
  };

  open(channel: string, _history: HistoryOptions | null): Promise<Head> {
    this.#heard.open(channel);
    return Promise.resolve(this.#head(channel));
  }

  close(channel: string): void {
    this.#heard.close(channel);
  }

  openAll(): Promise<number> {
    this.#heard.all = true;
    return Promise.resolve(this.#deliveries.oldestPendingMs ?? this.#clock.nowMs());
  }

  closeAll(): void {
    this.#heard.all = false;
  }

  async append(batch: readonly Append[]): Promise<readonly Appended[]> {
    if (this.#closed) return batch.map(() => ({ ok: false, reason: "unavailable" }));
    const results: Appended[] = [];
    const messages: Message[] = [];
    for (const append of batch) {
      const { result, message } =
        append.history === null ? this.#relay.accept(append) : this.#store(append, append.history);
      results.push(result);
      if (message !== null) messages.push(message);
    }
    await this.#deliveries.push(messages);
    return results;
  }

  read(query: PageQuery): Promise<Page> {
    const stream = this.#streams.get(query.channel);
    if (stream === undefined) return Promise.resolve({ messages: [], earliest: 1, missing: "expired" });
    return Promise.resolve(stream.read(query, this.#clock.nowMs()));
  }

  locate(
    channel: string,
    history: HistoryOptions,
    epoch: string,
    offset: number,
    head: Head,
  ): Promise<Located> {
    const stream = this.#streams.get(channel);
    const past = {
      epochs: stream?.epochs ?? firstEpoch(this.#storeEpoch),
      earliest: stream?.earliest(history, this.#clock.nowMs()) ?? 1,
      isStoreEpoch: (candidate: string) => this.#storeEpochs.has(candidate),
    };
    return Promise.resolve(locate(past, epoch, offset, head));
  }

  locateTime(channel: string, history: HistoryOptions, timeMs: number, head: Head): Promise<LocatedTime> {
    const stream = this.#streams.get(channel);
    const located = stream?.locateTime(timeMs, head, history, this.#clock.nowMs());
    return Promise.resolve(located ?? { cursor: head.offset, missing: null });
  }

  purge(channel: string, _history: HistoryOptions): Promise<Head> {
    this.#streams.get(channel)?.purge(this.#clock.nowMs());
    return Promise.resolve(this.#head(channel));
  }

  lastValues(channel: string, history: HistoryOptions | null): Promise<readonly Message[]> {
    const values =
      history === null ? this.#relay.lastValues(channel) : (this.#streams.get(channel)?.lastValues() ?? []);
    return Promise.resolve(values);
  }

  /** Lets a stream that was kept elsewhere go on here, after its last offset and in the last of its epochs. */
  adopt(channel: string, start: StreamStart, history: HistoryOptions): void {
    this.#streams.set(channel, new MemoryStream(start, history, this.#limits));
    this.#names = null;
  }

  /** Where a stream would go on elsewhere, or null when it was never written here. */
  startOf(channel: string): StreamStart | null {
    const stream = this.#streams.get(channel);
    return stream === undefined ? null : { epochs: stream.epochs, head: stream.head.offset };
  }

  /** Forgets a stream that goes on elsewhere. */
  forget(channel: string): void {
    this.#streams.delete(channel);
    this.#names = null;
  }

  has(channel: string): boolean {
    return this.#streams.has(channel);
  }

  /** Frees what is past its time; the records of streams that have long been empty go too. */
  sweep(): void {
    const nowMs = this.#clock.nowMs();
    this.#relay.sweep();
    let deleted = false;
    for (const [channel, stream] of this.#streams) {
      const emptySinceMs = stream.sweep(nowMs);
      if (emptySinceMs === null || nowMs < emptySinceMs + RECORD_KEEP_MS) continue;
      // Whoever listens holds a position that would lead nowhere.
      if (this.#heard.isOpen(channel)) continue;
      this.#streams.delete(channel);
      deleted = true;
    }
    if (deleted) this.#renewStoreEpoch();
  }

  /** Refuses appends from now on. */
  end(): void {
    this.#closed = true;
  }

  #store(append: Append, history: HistoryOptions): { result: Appended; message: Message | null } {
    let stream = this.#streams.get(append.channel);
    if (stream === undefined) {
      stream = new MemoryStream({ epochs: firstEpoch(this.#storeEpoch), head: 0 }, history, this.#limits);
      this.#streams.set(append.channel, stream);
      this.#names = null;
    }
    return stream.append(append, history, this.#clock.nowMs());
  }

  /** The last position that the listener was told of, as far as it listens. */
  #head(channel: string): Head {
    const head = this.#streams.get(channel)?.head ?? { epoch: this.#storeEpoch, offset: 0 };
    const pending = this.#deliveries.firstPending(channel);
    return pending === null ? head : { epoch: head.epoch, offset: pending - 1 };
  }

  #writtenSince(prefix: string, timeMs: number, after: string, limit: number): NamesPage {
    // The prefix itself is a name that begins with it.
    const isPrefix = after < prefix && this.#streams.has(prefix);
    const following = this.#namesAfter(after < prefix ? prefix : after, limit - (isPrefix ? 1 : 0));
    const looked = isPrefix ? [prefix, ...following] : following;
    const within = looked.filter((name) => name.startsWith(prefix));
    const names = within.filter((name) => (this.#streams.get(name)?.newestMs ?? 0) >= timeMs);
    return { names, next: within.length < limit ? null : (within.at(-1) ?? null) };
  }

  #namesAfter(after: string, limit: number): readonly string[] {
    this.#names ??= [...this.#streams.keys()].sort();
    const names = this.#names;
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((names[middle] ?? "") <= after) low = middle + 1;
      else high = middle;
    }
    return names.slice(low, low + limit);
  }

  #renewStoreEpoch(): void {
    this.#names = null;
    this.#storeEpoch = this.#randomId(EPOCH_BITS);
    this.#storeEpochs.add(this.#storeEpoch);
    for (const oldest of this.#storeEpochs) {
      if (this.#storeEpochs.size <= MAX_FORMER_EPOCHS) break;
      this.#storeEpochs.delete(oldest);
    }
  }
}
