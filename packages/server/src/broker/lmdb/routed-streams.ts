import type { HistoryOptions } from "../../config/channel-options.ts";
import {
  type Append,
  type Appended,
  type Head,
  type Located,
  type LocatedTime,
  type Page,
  type PageQuery,
  type StreamCatalogue,
  type Streams,
  StreamsUnavailable,
} from "../../core/streams.ts";
import type { Message } from "../../core/message.ts";
import type { MemoryStreams } from "../memory/memory-streams.ts";
import type { Heard } from "../heard.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { DurableAppend, LmdbStreams } from "./lmdb-streams.ts";

type Place = "disk" | "memory";

/**
 * Sends each channel to where it is kept: to the disk, or, with `durable: false` and without history, to memory.
 *
 * When a rule changes, the stream moves. It goes on after its last offset under a new epoch, so that no position ever means two
 * messages; what it had stored is forgotten.
 */
export class RoutedStreams implements Streams {
  readonly #disk: LmdbStreams;
  readonly #memory: MemoryStreams;
  readonly #heard: Heard;
  readonly #commits: Pick<GroupCommit, "oldestMs">;

  /** `heard` is kept up to date here: whose appends on disk are reported. */
  constructor(
    disk: LmdbStreams,
    memory: MemoryStreams,
    heard: Heard,
    commits: Pick<GroupCommit, "oldestMs">,
  ) {
    this.#disk = disk;
    this.#memory = memory;
    this.#heard = heard;
    this.#commits = commits;
  }

  readonly catalogue: StreamCatalogue = {
    head: async (channel, history) => this.#head(channel, history),
    names: async (after, limit) => {
      const inMemory = await this.#memory.catalogue.names(after, limit);
      const onDisk = guarded(() => this.#disk.names(after, limit));
      return [...new Set([...inMemory, ...onDisk])].sort().slice(0, limit);
    },
    writtenSince: async (prefix, timeMs, after, limit) => {
      const inMemory = await this.#memory.catalogue.writtenSince(prefix, timeMs, after, limit);
      const onDisk = guarded(() => this.#disk.writtenSince(prefix, timeMs, after, limit));
      const ends = [inMemory.next, onDisk.next].filter((end) => end !== null).sort();
      const [next = null] = ends;
      const names = [...new Set([...inMemory.names, ...onDisk.names])].sort();
      return { names: next === null ? names : names.filter((name) => name <= next), next };
    },
    unread: async (channel, history, user, offset, head) =>
      this.#place(channel, history) === "memory"
        ? this.#memory.catalogue.unread(channel, history, user, offset, head)
        : guarded(() => this.#disk.unread(channel, history, user, offset, head)),
  };

  async open(channel: string, history: HistoryOptions | null): Promise<Head> {
    this.#heard.open(channel);
    // Memory reports it too: publishes without history, and those after a change of the rule, come from there.
    const inMemory = this.#memory.open(channel, history);
    if (history === null) return inMemory;
    try {
      return await this.#head(channel, history);
    } catch (error) {
      this.close(channel);
      throw error;
    }
  }

  close(channel: string): void {
    this.#heard.close(channel);
    this.#memory.close(channel);
  }

  async openAll(): Promise<number> {
    this.#heard.all = true;
    return Math.min(await this.#memory.openAll(), this.#commits.oldestMs ?? Number.POSITIVE_INFINITY);
  }

  closeAll(): void {
    this.#heard.all = false;
    this.#memory.closeAll();
  }

  async append(batch: readonly Append[]): Promise<readonly Appended[]> {
    const inMemory: Append[] = [];
    const onDisk: DurableAppend[] = [];
    const places = batch.map((append): Place | null => {
      const place = this.#placeOf(append);
      if (place === "memory") inMemory.push(append);
      else if (place === "disk" && append.history !== null)
        onDisk.push({ ...append, history: append.history });
      return place;
    });
    if (onDisk.length === 0 && inMemory.length === batch.length) return this.#memory.append(batch);
    const [fromMemory, fromDisk] = await Promise.all([
      inMemory.length === 0 ? [] : this.#memory.append(inMemory),
      this.#disk.append(onDisk),
    ]);
    const results = { memory: fromMemory.values(), disk: fromDisk.values() };
    return places.map((place): Appended => {
      const next = place === null ? undefined : results[place].next().value;
      return next ?? { ok: false, reason: "unavailable" };
    });
  }

  async read(query: PageQuery): Promise<Page> {
    return this.#place(query.channel, query.history) === "memory"
      ? this.#memory.read(query)
      : guarded(() => this.#disk.read(query));
  }

  async locate(
    channel: string,
    history: HistoryOptions,
    epoch: string,
    offset: number,
    head: Head,
  ): Promise<Located> {
    return this.#place(channel, history) === "memory"
      ? this.#memory.locate(channel, history, epoch, offset, head)
      : guarded(() => this.#disk.locate(channel, history, epoch, offset, head));
  }

  async locateTime(
    channel: string,
    history: HistoryOptions,
    timeMs: number,
    head: Head,
  ): Promise<LocatedTime> {
    return this.#place(channel, history) === "memory"
      ? this.#memory.locateTime(channel, history, timeMs, head)
      : guarded(() => this.#disk.locateTime(channel, history, timeMs, head));
  }

  async purge(channel: string, history: HistoryOptions): Promise<Head> {
    if (this.#place(channel, history) === "memory") return this.#memory.purge(channel, history);
    if (!(await guarded(() => this.#disk.purge(channel))))
      throw new StreamsUnavailable("The store cannot be written.");
    return guarded(() => this.#disk.head(channel));
  }

  async lastValues(channel: string, history: HistoryOptions | null): Promise<readonly Message[]> {
    if (history === null || this.#place(channel, history) === "memory")
      return this.#memory.lastValues(channel, history);
    return guarded(() => this.#disk.lastValues(channel));
  }

  async #head(channel: string, history: HistoryOptions): Promise<Head> {
    return this.#place(channel, history) === "memory"
      ? this.#memory.catalogue.head(channel, history)
      : guarded(() => this.#disk.head(channel));
  }

  /** Where a publish goes, or null when it cannot be kept where its rule wants it. */
  #placeOf(append: Append): Place | null {
    if (append.history === null) return "memory";
    try {
      const place = this.#place(append.channel, append.history);
      return place === (append.history.durable === false ? "memory" : "disk") ? place : null;
    } catch {
      return null;
    }
  }

  /** Where the channel is, after moving it to where it belongs if that can be written. */
  #place(channel: string, history: HistoryOptions): Place {
    return guarded(() =>
      history.durable === false ? this.#toMemory(channel, history) : this.#toDisk(channel, history),
    );
  }

  #toMemory(channel: string, history: HistoryOptions): Place {
    if (this.#memory.has(channel) || this.#disk.residence(channel) === "none") return "memory";
    const start = this.#disk.release(channel);
    if (start === null) return "disk";
    this.#memory.adopt(channel, start, history);
    return "memory";
  }

  #toDisk(channel: string, history: HistoryOptions): Place {
    const start = this.#memory.startOf(channel);
    if (start !== null) {
      if (!this.#disk.adopt(channel, start, history)) return "memory";
      this.#memory.forget(channel);
    } else if (this.#disk.residence(channel) === "moved") {
      this.#disk.adopt(channel, null, history);
    }
    return "disk";
  }
}

/** Whatever the environment throws means that the store cannot be used. */
function guarded<Result>(use: () => Result): Result {
  try {
    return use();
  } catch (cause) {
    throw new StreamsUnavailable("The store cannot be read.", { cause });
  }
}
