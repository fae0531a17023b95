import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";

/** A timer of the event loop is set for this, and its lateness is the delay. */
const RESOLUTION_MS = 20;

/** So many seconds count as recent. */
const RECENT = 10;

/** Measures how late the event loop runs. Nobody needs to ask for it to cost 50 wake-ups a second, which an idle core does not notice. */
export class EventLoopWatch {
  readonly #monitor: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #recentMs: number[] = [];

  constructor() {
    this.#monitor.enable();
  }

  /** The longest delay of the last ten seconds, in milliseconds. */
  get worstMs(): number {
    return Math.max(0, ...this.#recentMs);
  }

  /** Ends a second; returns its longest delay, in milliseconds. */
  roll(): number {
    // Between two timers lies the resolution itself, too. Nothing measured yet: 0.
    const delayMs = Math.max(0, this.#monitor.max / 1e6 - RESOLUTION_MS);
    this.#monitor.reset();
    this.#recentMs.push(delayMs);
    if (this.#recentMs.length > RECENT) this.#recentMs.shift();
    return delayMs;
  }

  stop(): void {
    this.#monitor.disable();
  }
}
