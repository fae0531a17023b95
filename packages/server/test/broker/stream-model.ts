import { MESSAGE_OVERHEAD_BYTES } from "../../src/broker/retention.ts";
import type { HistoryOptions } from "../../src/config/channel-options.ts";
import { type Publisher, publisherScope } from "../../src/core/message.ts";
import type { Append, PageQuery } from "../../src/core/streams.ts";

/** What the model expects of one message. */
export interface Expected {
  readonly offset: number;
  readonly epoch: string;
  readonly timeMs: number;
  readonly dataJson: string;
  readonly from: Publisher;
}

/** One stream as the specification has it: everything in arrays, searched from end to end. */
export class StreamModel {
  readonly #maxIds: number;
  readonly #keepMs: number;
  stored: Expected[] = [];
  head = 0;
  #lastMs = 0;
  readonly #ids: { scope: string; id: string; timeMs: number; epoch: string; offset: number }[] = [];

  constructor(limits: { readonly maxIds: number; readonly keepMs: number }) {
    this.#maxIds = limits.maxIds;
    this.#keepMs = limits.keepMs;
  }

  append(append: Append, history: HistoryOptions, epoch: string, nowMs: number) {
    const scope = publisherScope(append.from);
    const known = this.#ids
      .slice(-this.#maxIds)
      .findLast(
        (entry) => entry.scope === scope && entry.id === append.id && nowMs < entry.timeMs + this.#keepMs,
      );
    if (append.chosenId && known !== undefined)
      return { offset: known.offset, epoch: known.epoch, duplicate: true };
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    const offset = ++this.head;
    this.stored.push({ offset, epoch, timeMs: this.#lastMs, dataJson: append.dataJson, from: append.from });
    if (append.chosenId) this.#ids.push({ scope, id: append.id, timeMs: nowMs, epoch, offset });
    this.stored = this.#unexpired(history, nowMs);
    while (
      this.stored.length > 1 &&
      (this.stored.length > history.messages || this.#bytes() > history.bytes)
    ) {
      this.stored.shift();
    }
    return { offset, epoch, duplicate: false };
  }

  purge(): void {
    this.stored = [];
  }

  read(query: PageQuery, nowMs: number) {
    const readable = this.#unexpired(query.history, nowMs);
    const earliest = readable[0]?.offset ?? this.head + 1;
    const inRange = readable.filter(({ offset }) => {
      if (offset > query.head) return false;
      return query.order === "asc" ? offset > query.bound : offset < query.bound;
    });
    if (query.order === "desc") inRange.reverse();
    return { messages: inRange.slice(0, query.maxMessages), earliest };
  }

  unread(user: string, history: HistoryOptions, after: number, until: number, nowMs: number): number {
    return this.#unexpired(history, nowMs).filter(
      ({ offset, from }) =>
        offset > after && offset <= until && !(from.kind === "client" && from.user === user),
    ).length;
  }

  #unexpired(history: HistoryOptions, nowMs: number): Expected[] {
    return this.stored.filter((message) => message.timeMs + history.ttlMs > nowMs);
  }

  #bytes(): number {
    return this.stored.reduce(
      (sum, message) => sum + Buffer.byteLength(message.dataJson) + MESSAGE_OVERHEAD_BYTES,
      0,
    );
  }
}
