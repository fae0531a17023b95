import { NOT_SCHEDULED, type WheelEntry } from "../base/timer-wheel.ts";
import type { Ticks } from "./ticks.ts";

/**
 * Keeps what a channel sends at least so long apart: what comes within a window leaves together at its end.
 *
 * Whatever comes after a window without a message leaves at once, and begins the next one. While nothing waits there is no timer.
 */
export class SendWindow implements WheelEntry {
  wheelPlace = NOT_SCHEDULED;
  readonly #windowMs: number;
  readonly #ticks: Ticks;
  readonly #over: () => void;
  #endsAtMs = Number.NEGATIVE_INFINITY;

  /** `over` is called when a window for whose end somebody waits is over. */
  constructor(windowMs: number, ticks: Ticks, over: () => void) {
    this.#windowMs = windowMs;
    this.#ticks = ticks;
    this.#over = over;
  }

  /** Begins a window if none is under way, and tells whether it did; else asks for the end of the present one. */
  tryBegin(): boolean {
    const nowMs = this.#ticks.nowMs();
    if (nowMs < this.#endsAtMs) {
      this.awaitEnd();
      return false;
    }
    this.#endsAtMs = nowMs + this.#windowMs;
    return true;
  }

  /** Asks to be called at the end of the present window. */
  awaitEnd(): void {
    this.wait(this.#endsAtMs - this.#ticks.nowMs());
  }

  /** Asks to be called in so long, and not when it was asked before. */
  wait(delayMs: number): void {
    this.#ticks.schedule(this, delayMs);
  }

  /** Stops waiting. To be called when nobody is left to send to. */
  stop(): void {
    this.#ticks.cancel(this);
  }

  onDue(): void {
    this.#over();
  }
}
