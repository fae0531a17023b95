import type { Clock } from "../base/clock.ts";
import type { Outbox } from "../core/outbox.ts";

/** What a walk over all sessions finds. */
export interface Survey {
  /** Subscriptions that wait for their next page, or read one. */
  readonly catchingUp: number;
  /** Outboxes in which something waits. */
  readonly waiting: number;
  /** Outboxes over their limit. */
  readonly full: number;
  readonly bytes: number;
  readonly largestBytes: number;
}

/** A session as far as the walk looks at it. */
interface Surveyed {
  readonly outbox: Pick<Outbox, "waitingBytes" | "overrun"> | null;
  readonly behind: { readonly length: number } | null;
  readonly reading: boolean;
}

/** Walks over all sessions: a millisecond or two for 20 000 of them. */
export function survey(sessions: Iterable<Surveyed>): Survey {
  let [catchingUp, waiting, full, bytes, largestBytes] = [0, 0, 0, 0, 0];
  for (const { outbox, behind, reading } of sessions) {
    if (outbox === null) continue;
    catchingUp += (behind?.length ?? 0) + (reading ? 1 : 0);
    const { waitingBytes } = outbox;
    if (waitingBytes === 0) continue;
    waiting += 1;
    if (outbox.overrun) full += 1;
    bytes += waitingBytes;
    largestBytes = Math.max(largestBytes, waitingBytes);
  }
  return { catchingUp, waiting, full, bytes, largestBytes };
}

/** Keeps a survey for a while, so that pages which ask once a second do not walk for each question. */
export class KeptSurvey {
  readonly #clock: Clock;
  readonly #keepMs: number;
  #takenAtMs = -Infinity;
  #survey: Survey | null = null;

  constructor(clock: Clock, keepMs: number) {
    this.#clock = clock;
    this.#keepMs = keepMs;
  }

  of(sessions: Iterable<Surveyed>): Survey {
    const nowMs = this.#clock.nowMs();
    if (this.#survey === null || nowMs - this.#takenAtMs >= this.#keepMs) {
      this.#survey = survey(sessions);
      this.#takenAtMs = nowMs;
    }
    return this.#survey;
  }
}
