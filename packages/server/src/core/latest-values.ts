import type { Message } from "./message.ts";

/** The most keys of one channel whose last values are kept. */
export const MAX_LATEST_KEYS = 10_000;
/** The most that these values may hold together, in characters of their data. */
export const MAX_LATEST_SIZE = 16 * 1024 * 1024;
/** What a value counts beside its data. */
const VALUE_OVERHEAD = 64;

/** A key's newest message, and its place among the channel's messages. */
export interface LatestValue {
  readonly message: Message;
  readonly sequence: number;
}

/** What a message is about: its `key`, or, without one, the channel itself, which is the empty text. */
export function keyOf(message: Message): string {
  return message.key ?? "";
}

/** What a value with this much data counts in `MAX_LATEST_SIZE`. */
export function valueSize(data: number): number {
  return data + VALUE_OVERHEAD;
}

/** How many values to forget at a time, so that making room is seldom. */
export function surplusOf(count: number): number {
  return Math.ceil(count / 10);
}

/**
 * The last message of each key of one channel.
 *
 * When there are more than 10 000 keys, or their values are larger than 16 MB, the tenth that was written longest ago is forgotten.
 */
export class LatestValues {
  readonly #values = new Map<string, LatestValue>();
  #size = 0;

  get count(): number {
    return this.#values.size;
  }

  /** Takes a message, unless its key has the same one or a newer one already: then it returns false. */
  offer(message: Message, sequence: number): boolean {
    const key = keyOf(message);
    const before = this.#values.get(key);
    if (before !== undefined) {
      if (before.sequence >= sequence || before.message === message) return false;
      this.#size -= valueSize(before.message.dataJson.length);
    }
    this.#values.set(key, { message, sequence });
    this.#size += valueSize(message.dataJson.length);
    if (this.#isTooMuch) this.#forgetOldest();
    return true;
  }

  get(key: string): LatestValue | undefined {
    return this.#values.get(key);
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  messages(): readonly Message[] {
    return Array.from(this.#values.values(), ({ message }) => message);
  }

  clear(): void {
    this.#values.clear();
    this.#size = 0;
  }

  get #isTooMuch(): boolean {
    return this.count > MAX_LATEST_KEYS || (this.#size > MAX_LATEST_SIZE && this.count > 1);
  }

  #forgetOldest(): void {
    const byAge = [...this.#values].toSorted(([, one], [, other]) => one.sequence - other.sequence);
    // The newest value stays, however large it is.
    const most = Math.min(surplusOf(this.count), this.count - 1);
    for (const [key, { message }] of byAge.slice(0, most)) {
      this.#values.delete(key);
      this.#size -= valueSize(message.dataJson.length);
    }
    if (this.#isTooMuch) this.#forgetOldest();
  }
}
