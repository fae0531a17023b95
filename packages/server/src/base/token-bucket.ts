/** `count` uses in every `perMs` milliseconds, with bursts up to `count`. */
export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

/**
 * Limits how often something happens, with two numbers of state.
 *
 * It starts full and refills evenly. Times come from the caller, best from a clock that never jumps; a time before the last
 * one refills nothing.
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAtMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.count;
    this.#filledAtMs = nowMs;
  }

  /** Takes one use and returns true, or takes nothing and returns false. */
  tryTake(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** How long until `tryTake` succeeds, in whole milliseconds; 0 when it would now. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    if (this.#tokens >= 1) return 0;
    return Math.ceil(((1 - this.#tokens) * this.#rate.perMs) / this.#rate.count);
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#filledAtMs) return;
    const refilled = ((nowMs - this.#filledAtMs) * this.#rate.count) / this.#rate.perMs;
    this.#tokens = Math.min(this.#rate.count, this.#tokens + refilled);
    this.#filledAtMs = nowMs;
  }
}
