import type { Clock } from "./clock.ts";

/** What a {@link TimerWheel} can schedule: an object of the caller's that carries its own place in the wheel. */
export interface WheelEntry {
  /** Belongs to the wheel. Start with {@link NOT_SCHEDULED} and never change it. */
  wheelPlace: number;
  /** Called once, when the time has come. The entry is free by then and may be scheduled again. */
  onDue(): void;
}

/** The `wheelPlace` of an entry that waits for nothing. */
export const NOT_SCHEDULED = -1;

/** Shape of a wheel: `tickMs` is its precision, `slots` how many ticks one turn has. */
export interface WheelOptions {
  readonly tickMs: number;
  readonly slots: number;
  /** Must not jump (a monotonic clock). */
  readonly clock: Clock;
}

/** Two arrays in step rather than an array of pairs: no object for an entry. */
interface Slot {
  readonly entries: WheelEntry[];
  readonly dueTicks: number[];
}

/**
 * A hashed timer wheel: thousands of time-outs that cost neither a timer nor a closure each.
 *
 * Scheduling and cancelling take constant time. Nothing runs by itself: somebody calls `advance` about once per tick. An entry is
 * never early, and late by at most a tick plus the time between two calls. The order within one `advance` is not defined.
 * A waiting entry costs one number of its own and two array elements here.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #startMs: number;
  /** One for each tick of a turn, and a last one for entries that are due and about to be called. */
  readonly #slots: readonly Slot[];
  readonly #firing: number;
  #tick = 0;
  #size = 0;

  constructor({ tickMs, slots, clock }: WheelOptions) {
    if (!(tickMs > 0) || !Number.isInteger(slots) || slots < 1) {
      throw new RangeError("A timer wheel needs a positive tick and at least one slot.");
    }
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#startMs = clock.nowMs();
    this.#slots = Array.from({ length: slots + 1 }, () => ({ entries: [], dueTicks: [] }));
    this.#firing = slots;
  }

  /** How many entries wait. */
  get size(): number {
    return this.#size;
  }

  /** Calls the entry in `delayMs` milliseconds. An entry that waits already is moved. */
  schedule(entry: WheelEntry, delayMs: number): void {
    this.cancel(entry);
    const dueMs = this.#clock.nowMs() - this.#startMs + Math.max(0, delayMs);
    // The current tick's slot was visited already, so the next one is the soonest.
    const dueTick = Math.max(Math.ceil(dueMs / this.#tickMs), this.#tick + 1);
    this.#add(entry, dueTick % this.#firing, dueTick);
    this.#size += 1;
  }

  /** Forgets the entry; nothing happens when it does not wait. */
  cancel(entry: WheelEntry): void {
    if (entry.wheelPlace === NOT_SCHEDULED) return;
    this.#remove(entry);
    this.#size -= 1;
  }

  /**
   * Calls every entry whose time has come.
   *
   * An entry may schedule and cancel any entry while it is called, itself included. When one throws, the others that are due are called
   * by the next `advance`.
   */
  advance(): void {
    const target = Math.floor((this.#clock.nowMs() - this.#startMs) / this.#tickMs);
    const from = this.#tick;
    if (target > from) {
      this.#tick = target;
      // After a long pause every slot is visited once, not once for each missed turn.
      const visits = Math.min(target - from, this.#firing);
      for (let visit = 1; visit <= visits; visit++) this.#collect((from + visit) % this.#firing, target);
    }
    this.#fire();
  }

  /** Moves what is due from a slot to the firing list, backwards: removing puts the last entry into the hole. */
  #collect(index: number, target: number): void {
    const slot = this.#slotAt(index);
    for (let position = slot.entries.length - 1; position >= 0; position--) {
      const entry = slot.entries[position];
      const dueTick = slot.dueTicks[position];
      if (entry === undefined || dueTick === undefined || dueTick > target) continue;
      this.#remove(entry);
      this.#add(entry, this.#firing, dueTick);
    }
  }

  #fire(): void {
    const { entries } = this.#slotAt(this.#firing);
    for (let entry = entries.at(-1); entry !== undefined; entry = entries.at(-1)) {
      this.cancel(entry);
      entry.onDue();
    }
  }

  /** A place is slot and position in one small integer, which costs an entry eight bytes. */
  #add(entry: WheelEntry, index: number, dueTick: number): void {
    const slot = this.#slotAt(index);
    this.#place(entry, index, slot.entries.length);
    slot.entries.push(entry);
    slot.dueTicks.push(dueTick);
  }

  #remove(entry: WheelEntry): void {
    const index = entry.wheelPlace % this.#slots.length;
    const position = Math.floor(entry.wheelPlace / this.#slots.length);
    const slot = this.#slotAt(index);
    const last = slot.entries.pop();
    const lastDue = slot.dueTicks.pop();
    if (last !== undefined && lastDue !== undefined && last !== entry) {
      slot.entries[position] = last;
      slot.dueTicks[position] = lastDue;
      this.#place(last, index, position);
    }
    this.#place(entry, NOT_SCHEDULED, 0);
  }

  #place(entry: WheelEntry, index: number, position: number): void {
    entry.wheelPlace = index === NOT_SCHEDULED ? NOT_SCHEDULED : position * this.#slots.length + index;
  }

  #slotAt(index: number): Slot {
    const slot = this.#slots[index];
    if (slot === undefined) throw new RangeError(`The timer wheel has no slot ${index}.`);
    return slot;
  }
}
