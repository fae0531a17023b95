import type { Clock } from "../base/clock.ts";

/** A timer is set for this, and its lateness is the delay. */
const RESOLUTION_MS = 20;

/** So many seconds count as recent. */
const RECENT = 10;

/**
 * Measures how late the event loop runs. It costs 50 wake-ups a second, which an idle core does not notice.
 *
 * Node's `monitorEventLoopDelay` leaves out what comes right after a reset. When every turn is long, and looked at, it measures nothing.
 */
export class EventLoopWatch {
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  readonly #recentMs: number[] = [];
  #firedAtMs: number;
  #worstOfLapMs = 0;
  #worstOfSecondMs = 0;

  /** `clock` never jumps. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#firedAtMs = clock.nowMs();
    this.#timer = setInterval(() => this.#fired(), RESOLUTION_MS);
  }

  /** The longest delay of the last ten seconds, in milliseconds. */
  get worstMs(): number {
    return Math.max(0, ...this.#recentMs);
  }

  /** The longest delay since the last call, in milliseconds. To be called several times a second. */
  lap(): number {
    const delayMs = this.#worstOfLapMs;
    this.#worstOfLapMs = 0;
    this.#worstOfSecondMs = Math.max(this.#worstOfSecondMs, delayMs);
    return delayMs;
  }

  /** Ends a second, after its last lap; returns its longest delay, in milliseconds. */
  roll(): number {
    const delayMs = this.#worstOfSecondMs;
    this.#worstOfSecondMs = 0;
    this.#recentMs.push(delayMs);
    if (this.#recentMs.length > RECENT) this.#recentMs.shift();
    return delayMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #fired(): void {
    const nowMs = this.#clock.nowMs();
    const lateMs = nowMs - this.#firedAtMs - RESOLUTION_MS;
    this.#firedAtMs = nowMs;
    this.#worstOfLapMs = Math.max(this.#worstOfLapMs, lateMs);
  }
}
