import type { Clock } from "../base/clock.ts";

const KEEP_MS = 24 * 3_600_000;

/**
 * The sessions that were ended by a kick: none of them may come back within 24 hours, by any door.
 *
 * Keep a hash of the session rather than the session, which is a secret. Bounded: the oldest are forgotten first.
 */
export class KilledSessions {
  readonly #clock: Clock;
  readonly #maxSessions: number;
  /** In the order of the kicks, so the first is the oldest. */
  readonly #killedAtMs = new Map<string, number>();

  constructor(clock: Clock, maxSessions = 100_000) {
    this.#clock = clock;
    this.#maxSessions = maxSessions;
  }

  /** Remembers the session as killed now. */
  add(session: string): void {
    this.#killedAtMs.delete(session);
    this.#killedAtMs.set(session, this.#clock.nowMs());
    for (const [oldest, killedAtMs] of this.#killedAtMs) {
      if (this.#killedAtMs.size <= this.#maxSessions && this.#isRecent(killedAtMs)) break;
      this.#killedAtMs.delete(oldest);
    }
  }

  /** Tells whether the session was killed within the last 24 hours. */
  has(session: string): boolean {
    const killedAtMs = this.#killedAtMs.get(session);
    return killedAtMs !== undefined && this.#isRecent(killedAtMs);
  }

  #isRecent(killedAtMs: number): boolean {
    return this.#clock.nowMs() - killedAtMs < KEEP_MS;
  }
}
