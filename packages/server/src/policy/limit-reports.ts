import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { type LimitName, LIMITS } from "../config/limit-table.ts";
import type { LimitHits, LimitSubject } from "../core/limit-hits.ts";

/** What reports go to. */
export interface LimitReportsPorts {
  readonly clock: Clock;
  readonly logger: Pick<Logger, "warn">;
  /** Counts every hit. */
  readonly count: (limit: LimitName) => void;
}

/** Whoever goes on exceeding a limit is logged once in so long. */
const REPEAT_MS = 60_000;

/** Subjects remembered; beyond it, a limit's further subjects share one line. */
const MAX_SUBJECTS = 10_000;

/**
 * Counts each time that a limit is exceeded, and logs it once a minute for each limit and whoever exceeds it.
 *
 * A flood must not become a flood of lines, nor may its many addresses fill the memory.
 */
export class LimitReports implements LimitHits {
  readonly #ports: LimitReportsPorts;
  /** When each was logged, in the order of the lines, so the oldest come first. */
  readonly #loggedAtMs = new Map<string, number>();

  constructor(ports: LimitReportsPorts) {
    this.#ports = ports;
  }

  hit(limit: LimitName, subject: LimitSubject): void {
    const { clock, logger, count } = this.#ports;
    count(limit);
    const nowMs = clock.nowMs();
    this.#forget(nowMs);
    const { address, user, connection, keyName, channel } = subject;
    const who = user ?? address ?? keyName ?? connection ?? channel ?? "";
    const key = this.#loggedAtMs.size < MAX_SUBJECTS ? `${limit} ${who}` : limit;
    if (this.#loggedAtMs.has(key)) return;
    this.#loggedAtMs.set(key, nowMs);
    const { setting } = LIMITS[limit];
    logger.warn({ event: "limit.reached", limit, setting, ...subject }, "a limit was reached");
  }

  #forget(nowMs: number): void {
    for (const [key, loggedAtMs] of this.#loggedAtMs) {
      if (nowMs - loggedAtMs < REPEAT_MS) return;
      this.#loggedAtMs.delete(key);
    }
  }
}
