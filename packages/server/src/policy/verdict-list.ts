import type { Clock } from "../base/clock.ts";
import type { Verdict } from "../core/control.ts";

/**
 * Verdicts of one kind, by whom they are about. One whose time is over counts as absent.
 *
 * Bounded by its user, who asks `isFull` before adding one.
 */
export class VerdictList {
  readonly #clock: Clock;
  readonly #max: number;
  /** In the order in which they were given, so the first is the oldest. */
  readonly #verdicts: Map<string, Verdict> = new Map();

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** Whether a verdict about somebody who has none yet finds no room. */
  get isFull(): boolean {
    return this.#verdicts.size >= this.#max;
  }

  get oldest(): Verdict | undefined {
    return this.#verdicts.values().next().value;
  }

  has(subject: string): boolean {
    return this.#verdicts.has(subject);
  }

  /** The verdict that holds now, if any. */
  find(subject: string): Verdict | undefined {
    const verdict = this.#verdicts.get(subject);
    return verdict === undefined || this.#isOver(verdict) ? undefined : verdict;
  }

  /** Adds a verdict in the place of an earlier one. */
  add(verdict: Verdict): void {
    this.#verdicts.delete(verdict.subject);
    this.#verdicts.set(verdict.subject, verdict);
  }

  delete(subject: string): void {
    this.#verdicts.delete(subject);
  }

  /** The verdicts whose time is over. */
  over(): readonly Verdict[] {
    return [...this.#verdicts.values()].filter((verdict) => this.#isOver(verdict));
  }

  #isOver({ untilMs }: Verdict): boolean {
    return untilMs !== null && this.#clock.nowMs() >= untilMs;
  }
}
