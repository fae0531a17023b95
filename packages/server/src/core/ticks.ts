import type { WheelEntry } from "../base/timer-wheel.ts";

/**
 * The port to time, for what is not sent at once: groups of subscribers, and the presence of large rooms.
 *
 * One timer stands behind it for all, and it rests while nobody waits. An entry is never early.
 */
export interface Ticks {
  /** Milliseconds of a clock that never jumps. */
  nowMs(): number;
  /** Calls the entry in `delayMs` milliseconds. An entry that waits already is moved. */
  schedule(entry: WheelEntry, delayMs: number): void;
  /** Forgets the entry; nothing happens when it does not wait. */
  cancel(entry: WheelEntry): void;
}
