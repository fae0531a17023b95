import type { Clock } from "../base/clock.ts";

/** Things that expire after one and the same time, so that those added first expire first. */
export class Expiry<Item> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #deadlines: Map<Item, number> = new Map();

  constructor(clock: Clock, afterMs: number) {
    this.#clock = clock;
    this.#afterMs = afterMs;
  }

  /** Starts an item's time, or starts it anew. */
  add(item: Item): void {
    this.#deadlines.delete(item);
    this.#deadlines.set(item, this.#clock.nowMs() + this.#afterMs);
  }

  delete(item: Item): void {
    this.#deadlines.delete(item);
  }

  /** Removes and gives the items whose time is over. */
  *take(): Iterable<Item> {
    const nowMs = this.#clock.nowMs();
    for (const [item, deadlineMs] of this.#deadlines) {
      if (deadlineMs > nowMs) return;
      this.#deadlines.delete(item);
      yield item;
    }
  }
}
