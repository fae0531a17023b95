import type { Rate } from "./rate.ts";

/**
 * Limits how often something happens, or how many bytes come, with two numbers of state.
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

  /** Takes one and returns true, or takes nothing and returns false. */
  tryTake(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes `amount` in any case. What is not there becomes a debt, which has to be refilled first. */
  spend(nowMs: number, amount: number): void {
    this.#refill(nowMs);
    this.#tokens -= amount;
  }

  /** How long until `tryTake` succeeds, in whole milliseconds; 0 when it would now. */
  waitMs(nowMs: number): number {
    this.#refill(nowMs);
    if (this.#tokens >= 1) return 0;
    return Math.ceil(((1 - this.#tokens) * this.#rate.perMs) / this.#rate.count);
  }

  /** Whether nothing is taken any more: a new bucket would be the same. */
  isFull(nowMs: number): boolean {
    this.#refill(nowMs);
    return this.#tokens >= this.#rate.count;
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#filledAtMs) return;
    const refilled = ((nowMs - this.#filledAtMs) * this.#rate.count) / this.#rate.perMs;
    this.#tokens = Math.min(this.#rate.count, this.#tokens + refilled);
    this.#filledAtMs = nowMs;
  }
}
