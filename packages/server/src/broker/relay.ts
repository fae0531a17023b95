import type { Clock } from "../base/clock.ts";
import { LatestValues } from "../core/latest-values.ts";
import type { Message } from "../core/message.ts";
import type { Append, Appended } from "../core/streams.ts";
import { KnownIds, scopedId } from "./known-ids.ts";
import { RELAY_DEDUPE_KEEP_MS, RELAY_VALUES_KEEP_MS } from "./store.ts";

/** The last values of one channel. */
interface Kept {
  readonly values: LatestValues;
  /** How many messages there were. */
  count: number;
  lastMs: number;
}

/**
 * Channels without history: messages that are only passed on.
 *
 * Ids chosen by publishers are recognised for two minutes, in memory; last values are there for a day.
 */
export class Relay {
  readonly #clock: Clock;
  readonly #maxIds: number;
  readonly #ids = new Map<string, KnownIds<true>>();
  readonly #kept = new Map<string, Kept>();
  #lastMs = 0;

  constructor(clock: Clock, maxIdsPerChannel: number) {
    this.#clock = clock;
    this.#maxIds = maxIdsPerChannel;
  }

  /** The answer to one publish, and the message to pass on unless it is a repeat. */
  accept(append: Append): { readonly result: Appended; readonly message: Message | null } {
    const nowMs = this.#clock.nowMs();
    const duplicate = append.chosenId && !this.#isNew(append, nowMs);
    const result: Appended = { ok: true, epoch: null, offset: null, id: append.id, duplicate };
    if (duplicate) return { result, message: null };
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    const message = toMessage(append, null, null, this.#lastMs);
    if (append.keepsLast) this.#keep(message);
    return { result, message };
  }

  /** The last message of each key of a channel. */
  lastValues(channel: string): readonly Message[] {
    return this.#kept.get(channel)?.values.messages() ?? [];
  }

  /** Frees the memory of what is past its time. */
  sweep(): void {
    const nowMs = this.#clock.nowMs();
    for (const [channel, ids] of this.#ids) {
      ids.forget(nowMs);
      if (ids.size === 0) this.#ids.delete(channel);
    }
    for (const [channel, { lastMs }] of this.#kept) {
      if (lastMs + RELAY_VALUES_KEEP_MS <= nowMs) this.#kept.delete(channel);
    }
  }

  #keep(message: Message): void {
    const kept = this.#kept.get(message.channel) ?? { values: new LatestValues(), count: 0, lastMs: 0 };
    this.#kept.set(message.channel, kept);
    kept.count += 1;
    kept.lastMs = message.timeMs;
    kept.values.offer(message, kept.count);
  }

  #isNew(append: Append, nowMs: number): boolean {
    let ids = this.#ids.get(append.channel);
    if (ids === undefined) {
      ids = new KnownIds({ keepMs: RELAY_DEDUPE_KEEP_MS, max: this.#maxIds });
      this.#ids.set(append.channel, ids);
    }
    const key = scopedId(append.from, append.id);
    if (ids.find(key, nowMs) !== undefined) return false;
    ids.add(key, true, nowMs);
    return true;
  }
}

/** The message that a publish becomes at its position. */
export function toMessage(
  append: Append,
  epoch: string | null,
  offset: number | null,
  timeMs: number,
): Message {
  const { channel, id, from, key, priority, exclude, dataJson } = append;
  return { channel, epoch, offset, id, timeMs, from, key, priority, exclude, dataJson };
}
