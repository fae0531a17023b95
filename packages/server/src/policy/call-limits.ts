import type { Clock } from "../base/clock.ts";
import type { Rate } from "../base/rate.ts";
import type { ApiCaller } from "../core/api-caller.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import { type Refusal, refuseForNow } from "../core/refusal.ts";
import { RateTable } from "./rate-table.ts";

/** Bounds the requests and lines that come with one API key, over all connections of its holder. */
export class CallLimits {
  readonly #hits: LimitHits;
  readonly #table: RateTable;

  /** null: no limit. */
  constructor(rate: Rate | null, clock: Clock, hits: LimitHits) {
    this.#hits = hits;
    this.#table = new RateTable(rate, clock);
  }

  /** Takes over another rate. One that stays the same goes on where it is. */
  change(rate: Rate | null): void {
    this.#table.change(rate);
  }

  /** Counts a call and returns null, or says how long to wait. */
  refusalOf({ name }: Pick<ApiCaller, "name">): Refusal | null {
    const waitMs = this.#table.take(name);
    if (waitMs === 0) return null;
    this.#hits.hit("requests_per_key", { keyName: name });
    return refuseForNow("Too many requests with this API key.", waitMs);
  }
}
