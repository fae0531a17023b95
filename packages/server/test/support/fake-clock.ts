import type { Clock } from "../../src/base/clock.ts";

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs: number;

  constructor(nowMs = 1_700_000_000_000) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Moves the clock forward, or back when negative. */
  advance(byMs: number): void {
    this.#nowMs += byMs;
  }
}
