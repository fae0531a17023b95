import type { Clock } from "../base/clock.ts";
import type { Message } from "../core/message.ts";
import type { Append, Appended } from "../core/streams.ts";
import { KnownIds, scopedId } from "./known-ids.ts";
import { RELAY_DEDUPE_KEEP_MS } from "./store.ts";

/**
 * Channels without history: messages that are only passed on.
 *
 * Ids chosen by publishers are recognised for two minutes, in memory.
 */
export class Relay {
  readonly #clock: Clock;
  readonly #maxIds: number;
  readonly #ids = new Map<string, KnownIds<true>>();
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
    return { result, message: toMessage(append, null, null, this.#lastMs) };
  }

  /** Frees the memory of ids that are not recognised any more. */
  sweep(): void {
    const nowMs = this.#clock.nowMs();
    for (const [channel, ids] of this.#ids) {
      ids.forget(nowMs);
      if (ids.size === 0) this.#ids.delete(channel);
    }
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
