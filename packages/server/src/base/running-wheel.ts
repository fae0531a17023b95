import type { Clock } from "./clock.ts";
import { TimerWheel, type WheelEntry, type WheelOptions } from "./timer-wheel.ts";

/**
 * A timer wheel that turns by itself while anything waits in it: one timer for all entries, and none while all is quiet.
 *
 * It keeps no process alive.
 */
export class RunningWheel {
  readonly #wheel: TimerWheel;
  readonly #tickMs: number;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: WheelOptions) {
    this.#wheel = new TimerWheel(options);
    this.#tickMs = options.tickMs;
    this.#clock = options.clock;
  }

  /** Whether its timer runs. */
  get isRunning(): boolean {
    return this.#timer !== null;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** As {@link TimerWheel.schedule}. */
  schedule(entry: WheelEntry, delayMs: number): void {
    this.#wheel.schedule(entry, delayMs);
    this.#timer ??= setInterval(() => this.#turn(), this.#tickMs).unref();
  }

  /** As {@link TimerWheel.cancel}. */
  cancel(entry: WheelEntry): void {
    this.#wheel.cancel(entry);
  }

  #turn(): void {
    this.#wheel.advance();
    if (this.#wheel.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
