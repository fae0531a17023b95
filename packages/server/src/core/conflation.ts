import type { Message } from "./message.ts";

/** Sends of a rate are gathered into steps of at least this, the precision of the clock that wakes their group. */
const MIN_STEP_MS = 10;
/** And of at most this, so that a value waits little longer than its rate demands. */
const MAX_STEP_MS = 100;
/** Steps of one interval, where they are not too short or too long. */
const STEPS = 4;
/** What binary fractions may be off, in milliseconds. */
const ROUNDING_MS = 1e-6;

/** A key that was sent a short while ago, so that its next value may have to wait. */
export class ActiveKey {
  readonly key: string;
  /** The newest value that was not sent; it replaces those before it. */
  waiting: Message | null = null;
  waitingSequence = 0;
  /** The value sent last, encoded; null before the first. */
  sent: Message | null = null;
  sentSequence = 0;
  piece: Uint8Array | null = null;

  constructor(key: string) {
    this.key = key;
  }
}

/** Keys that were sent together, and may be sent again together. */
interface Batch {
  readonly dueMs: number;
  readonly keys: ActiveKey[];
}

/**
 * Decides which values may be sent when: at most `maxRate` per second for each key.
 *
 * A key that has been quiet for an interval is sent at once, others when their interval is over, in the order in which they were sent before; so all keys
 * have their turn. The times of one rate fall on common steps: keys that are always busy come to be sent together, in one write. Between two sends of a
 * key lies at least an interval, less what the caller was late for the former, a step at most.
 */
export class Conflation {
  readonly #intervalMs: number;
  readonly #stepMs: number;
  readonly #keys = new Map<string, ActiveKey>();
  /** Those without an interval to wait for. */
  #fresh: ActiveKey[] = [];
  /** In the order of their times. */
  #batches: Batch[] = [];

  constructor(maxRate: number) {
    this.#intervalMs = 1000 / maxRate;
    this.#stepMs = this.#intervalMs / stepsOf(this.#intervalMs);
  }

  /** When something may have to be sent again; null: not before another message comes. */
  get dueMs(): number | null {
    return this.#batches[0]?.dueMs ?? null;
  }

  /** Takes a key's newest value; true when it replaces one that was not sent. */
  put(key: string, message: Message, sequence: number): boolean {
    let active = this.#keys.get(key);
    if (active === undefined) {
      active = new ActiveKey(key);
      this.#keys.set(key, active);
      this.#fresh.push(active);
    }
    const replaces = active.waiting !== null;
    active.waiting = message;
    active.waitingSequence = sequence;
    return replaces;
  }

  /** The state of a key, if it was sent lately or waits. */
  get(key: string): ActiveKey | undefined {
    return this.#keys.get(key);
  }

  active(): Iterable<ActiveKey> {
    return this.#keys.values();
  }

  /** The keys whose values are sent now, marked as sent. Those that have been quiet are forgotten. */
  take(nowMs: number): readonly ActiveKey[] {
    const due = this.#takeDue(nowMs);
    const fresh = this.#fresh;
    const step = (nowMs + ROUNDING_MS) / this.#stepMs;
    if (due.length > 0) this.#wait(due, Math.floor(step));
    if (fresh.length > 0) {
      this.#fresh = [];
      this.#wait(fresh, Math.ceil(step));
    }
    if (due.length === 0) return fresh;
    return fresh.length === 0 ? due : [...due, ...fresh];
  }

  clear(): void {
    this.#keys.clear();
    this.#fresh = [];
    this.#batches = [];
  }

  #takeDue(nowMs: number): ActiveKey[] {
    const due: ActiveKey[] = [];
    let passed = 0;
    for (const { dueMs, keys } of this.#batches) {
      if (dueMs > nowMs + ROUNDING_MS) break;
      passed += 1;
      for (const active of keys) {
        if (active.waiting === null) this.#keys.delete(active.key);
        else due.push(active);
      }
    }
    this.#batches.splice(0, passed);
    return due;
  }

  #wait(keys: readonly ActiveKey[], step: number): void {
    for (const active of keys) {
      active.sent = active.waiting;
      active.sentSequence = active.waitingSequence;
      active.waiting = null;
    }
    const dueMs = step * this.#stepMs + this.#intervalMs;
    const last = this.#batches.at(-1);
    if (last !== undefined && last.dueMs >= dueMs) last.keys.push(...keys);
    else this.#batches.push({ dueMs, keys: [...keys] });
  }
}

function stepsOf(intervalMs: number): number {
  const fewest = Math.ceil(intervalMs / MAX_STEP_MS);
  const most = Math.max(1, Math.floor(intervalMs / MIN_STEP_MS));
  return Math.min(Math.max(STEPS, fewest), most);
}
