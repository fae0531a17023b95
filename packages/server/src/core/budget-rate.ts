const SECOND_MS = 1000;

/**
 * How much of a budget of messages per second may be spent at a moment.
 *
 * The budget is spread over windows, so that what is spent comes evenly, and no second has more than the budget however the
 * windows fall: what the last second has spent is remembered, one entry for each time.
 */
export class BudgetRate {
  readonly #perSecond: number;
  readonly #perWindow: number;
  #timesMs: number[] = [];
  #counts: number[] = [];
  #spent = 0;

  /** `perSecond` is at least 1. A window in which less than one message would fall gets one. */
  constructor(perSecond: number, windowMs: number) {
    this.#perSecond = perSecond;
    this.#perWindow = Math.max(1, Math.ceil((perSecond * windowMs) / SECOND_MS));
  }

  /** How many messages a window that ends now may have. */
  allowance(nowMs: number): number {
    this.#forget(nowMs);
    return Math.max(0, Math.min(this.#perWindow, this.#perSecond - this.#spent));
  }

  /** Counts messages that are sent now, also beyond what is allowed. */
  spend(nowMs: number, count: number): void {
    if (count === 0) return;
    this.#timesMs.push(nowMs);
    this.#counts.push(count);
    this.#spent += count;
  }

  /** In how many milliseconds something may be spent again; 0 when it may now. */
  waitMs(nowMs: number): number {
    this.#forget(nowMs);
    let spent = this.#spent;
    for (const [index, count] of this.#counts.entries()) {
      if (spent < this.#perSecond) break;
      spent -= count;
      if (spent < this.#perSecond) return (this.#timesMs[index] ?? nowMs) + SECOND_MS - nowMs;
    }
    return 0;
  }

  #forget(nowMs: number): void {
    while ((this.#timesMs[0] ?? nowMs) + SECOND_MS <= nowMs) {
      this.#timesMs.shift();
      this.#spent -= this.#counts.shift() ?? 0;
    }
  }
}
