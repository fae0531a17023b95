import { firstEpoch, locate } from "../../src/broker/epochs.ts";
import { toMessage } from "../../src/broker/relay.ts";
import { locateTime } from "../../src/broker/retention.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { HistoryOptions } from "../../src/config/channel-options.ts";
import type { Message } from "../../src/core/message.ts";
import {
  type Append,
  type Appended,
  type Head,
  type Located,
  type LocatedTime,
  type Page,
  type PageQuery,
  type StreamCatalogue,
  type StreamListener,
  type Streams,
  StreamsUnavailable,
} from "../../src/core/streams.ts";

interface Log {
  readonly messages: Message[];
  /** The oldest offset still stored. */
  earliest: number;
  missing: Page["missing"];
}

interface HeldRead {
  readonly answer: () => void;
  readonly fail: () => void;
}

/** Streams that do what a test says: lose reports, hold back pages, forget messages, fail. */
export class ScriptedStreams implements Streams {
  readonly epoch = "k1";
  readonly #clock: Clock;
  readonly #logs = new Map<string, Log>();
  /** The last message of each key, where these are kept. */
  readonly #last = new Map<string, Map<string | null, Message>>();
  readonly #heldReads: HeldRead[] = [];
  listener: StreamListener = () => {};
  /** Whether appends are reported; what was not shows as a jump later. */
  reports = true;
  /** Whether pages come only when the test says so. */
  holdsReads = false;
  /** Whether everything is refused. */
  isAway = false;
  /** The most messages of a page. */
  pageMessages = Infinity;
  readonly opened: string[] = [];
  /** Whether the appends of channels that are not opened are reported, too. */
  reportsAll = false;
  reads = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly catalogue: StreamCatalogue = {
    head: async (channel) => this.headOf(channel),
    names: async () => [...this.#logs.keys()],
    writtenSince: async (prefix, timeMs) => ({
      names: [...this.#logs]
        .filter(([name, { messages }]) => name.startsWith(prefix) && newestMs(messages) >= timeMs)
        .map(([name]) => name),
      next: null,
    }),
    unread: async () => 0,
  };

  async open(channel: string): Promise<Head> {
    if (this.isAway) throw new StreamsUnavailable("away");
    this.opened.push(channel);
    return this.headOf(channel);
  }

  close(channel: string): void {
    const index = this.opened.indexOf(channel);
    if (index >= 0) this.opened.splice(index, 1);
  }

  async openAll(): Promise<number> {
    if (this.isAway) throw new StreamsUnavailable("away");
    this.reportsAll = true;
    return this.#clock.nowMs();
  }

  closeAll(): void {
    this.reportsAll = false;
  }

  async append(batch: readonly Append[]): Promise<readonly Appended[]> {
    if (this.isAway) return batch.map(() => ({ ok: false, reason: "unavailable" }));
    const messages = batch.map((append) => this.#store(append));
    const isHeard = (channel: string) => this.reportsAll || this.opened.includes(channel);
    if (this.reports) this.listener(messages.filter(({ channel }) => isHeard(channel)));
    return messages.map(({ epoch, offset, id }) => ({ ok: true, epoch, offset, id, duplicate: false }));
  }

  async read(query: PageQuery): Promise<Page> {
    this.reads += 1;
    if (this.isAway) throw new StreamsUnavailable("away");
    // The page is of the moment it was asked for; a store's answer may be late in the same way.
    const page = this.#page(query);
    if (this.holdsReads) {
      await new Promise<void>((resolve, reject) => {
        this.#heldReads.push({ answer: resolve, fail: () => reject(new StreamsUnavailable("away")) });
      });
    }
    return page;
  }

  async locate(
    channel: string,
    history: HistoryOptions,
    epoch: string,
    offset: number,
    head: Head,
  ): Promise<Located> {
    const earliest = this.earliestOf(channel, history);
    const past = { epochs: firstEpoch(this.epoch), earliest, isStoreEpoch: () => false };
    return locate(past, epoch, offset, head);
  }

  async locateTime(
    channel: string,
    history: HistoryOptions,
    timeMs: number,
    head: Head,
  ): Promise<LocatedTime> {
    const { messages, missing } = this.#log(channel);
    const earliest = this.earliestOf(channel, history);
    const first = messages.findIndex((one, index) => index + 1 >= earliest && one.timeMs >= timeMs) + 1;
    const lost = { earliest, missing, newestMs: newestMs(messages) };
    return locateTime(
      lost,
      first === 0 ? messages.length + 1 : first,
      timeMs,
      head,
      history,
      this.#clock.nowMs(),
    );
  }

  async purge(channel: string): Promise<Head> {
    const log = this.#log(channel);
    this.#last.delete(channel);
    log.earliest = log.messages.length + 1;
    log.missing = "purged";
    return this.headOf(channel);
  }

  async lastValues(channel: string): Promise<readonly Message[]> {
    if (this.isAway) throw new StreamsUnavailable("away");
    return [...(this.#last.get(channel)?.values() ?? [])];
  }

  /** Answers the page that has been held back longest; false when there is none. */
  answerRead(): boolean {
    const held = this.#heldReads.shift();
    held?.answer();
    return held !== undefined;
  }

  /** Fails the page that has been held back longest. */
  failRead(): void {
    this.#heldReads.shift()?.fail();
  }

  /** Forgets the oldest messages, as a limit does. */
  trim(channel: string, count: number): void {
    const log = this.#log(channel);
    log.earliest = Math.min(log.earliest + count, log.messages.length + 1);
    log.missing = "limit";
  }

  headOf(channel: string): Head {
    return { epoch: this.epoch, offset: this.#log(channel).messages.length };
  }

  messageAt(channel: string, offset: number): Message | undefined {
    return this.#log(channel).messages[offset - 1];
  }

  /** The oldest offset that a read returns now. */
  earliestOf(channel: string, history: HistoryOptions): number {
    const log = this.#log(channel);
    const nowMs = this.#clock.nowMs();
    for (let at = log.messages[log.earliest - 1]; at !== undefined; at = log.messages[log.earliest - 1]) {
      if (at.timeMs + history.ttlMs > nowMs) break;
      log.earliest += 1;
      log.missing = "expired";
    }
    const oldestKept = log.messages.length - history.messages + 1;
    if (oldestKept > log.earliest) {
      log.earliest = oldestKept;
      log.missing = "limit";
    }
    return log.earliest;
  }

  #page({ channel, history, bound, order, head, maxMessages, maxBytes }: PageQuery): Page {
    const log = this.#log(channel);
    const earliest = this.earliestOf(channel, history);
    const stored = log.messages.slice(earliest - 1, head);
    const wanted =
      order === "asc"
        ? stored.filter(({ offset }) => (offset ?? 0) > bound)
        : stored.filter(({ offset }) => (offset ?? 0) < bound).toReversed();
    const messages: Message[] = [];
    let bytes = 0;
    for (const message of wanted) {
      if (messages.length >= Math.min(maxMessages, this.pageMessages) || bytes >= maxBytes) break;
      messages.push(message);
      bytes += message.dataJson.length;
    }
    return { messages, earliest, missing: log.missing };
  }

  #store(append: Append): Message {
    const { messages } = this.#log(append.channel);
    const isStored = append.history !== null;
    const epoch = isStored ? this.epoch : null;
    const message = toMessage(append, epoch, isStored ? messages.length + 1 : null, this.#clock.nowMs());
    if (isStored) messages.push(message);
    if (append.keepsLast) {
      const last = this.#last.get(append.channel) ?? new Map<string | null, Message>();
      this.#last.set(append.channel, last.set(append.key, message));
    }
    return message;
  }

  #log(channel: string): Log {
    const known = this.#logs.get(channel);
    if (known !== undefined) return known;
    const log: Log = { messages: [], earliest: 1, missing: "expired" };
    this.#logs.set(channel, log);
    return log;
  }
}

function newestMs(messages: readonly Message[]): number {
  return messages.at(-1)?.timeMs ?? 0;
}
