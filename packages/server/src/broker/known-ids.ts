import { publisherScope, type Publisher } from "../core/message.ts";

/** How long, and how many, message ids are recognised. */
export interface IdLimits {
  readonly keepMs: number;
  readonly max: number;
}

/** A message id as it was first seen: the `ordinal`-th chosen id of its channel. */
export interface KnownId {
  readonly ordinal: number;
  readonly timeMs: number;
}

/** Tells equal ids of different publishers apart. */
export function scopedId(from: Publisher, id: string): string {
  return `${publisherScope(from)}\n${id}`;
}

/** Whether an id is still recognised in a channel that has seen `total` chosen ids. */
export function isRecognised(known: KnownId, total: number, limits: IdLimits, nowMs: number): boolean {
  return known.ordinal > total - limits.max && nowMs < known.timeMs + limits.keepMs;
}

/** Where an id led the first time, beside what decides whether it is still recognised. */
interface Entry<Value> extends KnownId {
  readonly value: Value;
}

/** The message ids of one channel, in memory; the oldest are forgotten first. */
export class KnownIds<Value> {
  readonly #limits: IdLimits;
  readonly #entries = new Map<string, Entry<Value>>();
  #total = 0;

  constructor(limits: IdLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(key: string, nowMs: number): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && isRecognised(entry, this.#total, this.#limits, nowMs)
      ? entry.value
      : undefined;
  }

  add(key: string, value: Value, nowMs: number): void {
    this.#total++;
    // Deleting first moves a reused id to the end, where the order of ages wants it.
    this.#entries.delete(key);
    this.#entries.set(key, { ordinal: this.#total, timeMs: nowMs, value });
    this.forget(nowMs);
  }

  /** Drops what is not recognised any more. */
  forget(nowMs: number): void {
    for (const [key, entry] of this.#entries) {
      if (isRecognised(entry, this.#total, this.#limits, nowMs)) return;
      this.#entries.delete(key);
    }
  }
}
