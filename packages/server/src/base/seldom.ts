import type { Clock } from "./clock.ts";

/** What is counted apart; more than that share one count. */
const MAX_SUBJECTS = 1000;

/**
 * Lets the first of many alike through, and then one in so much time, so that a flood of requests does not become a flood of log lines.
 */
export class Seldom {
  readonly #clock: Clock;
  readonly #everyMs: number;
  /** By subject, in the order in which they were let through. */
  readonly #letThrough: Map<string, { readonly atMs: number; heldBack: number }> = new Map();

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** How many of this subject were held back since the last that was let through; null: this one is held back, too. */
  ask(subject: string): number | null {
    const nowMs = this.#clock.nowMs();
    const known = this.#letThrough.has(subject) || this.#letThrough.size < MAX_SUBJECTS;
    const key = known ? subject : "";
    const last = this.#letThrough.get(key);
    if (last !== undefined && nowMs - last.atMs < this.#everyMs) {
      last.heldBack += 1;
      return null;
    }
    this.#forget(nowMs);
    this.#letThrough.delete(key);
    this.#letThrough.set(key, { atMs: nowMs, heldBack: 0 });
    return last?.heldBack ?? 0;
  }

  /** Forgets those of whom nothing was heard for long. */
  #forget(nowMs: number): void {
    for (const [subject, { atMs }] of this.#letThrough) {
      if (nowMs - atMs < 2 * this.#everyMs) return;
      this.#letThrough.delete(subject);
    }
  }
}
