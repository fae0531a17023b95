import type { Clock } from "../base/clock.ts";
import type { Rate } from "../base/rate.ts";
import { TokenBucket } from "../base/token-bucket.ts";

const MAX_KEYS = 100_000;

/** So many keys are there before it is worth looking for those that are full again. */
const SWEEP_KEYS = 1024;

/**
 * A rate for each of many: addresses, users.
 *
 * Memory is bounded. Who has been quiet for as long as the rate counts is forgotten, since a full bucket is as good as none; beyond
 * `maxKeys` those who came first are, so whoever commands so many addresses gets more than the rate for each.
 */
export class RateTable {
  #rate: Rate | null;
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, TokenBucket>();
  #sweptAtMs = 0;

  /** null: no limit. */
  constructor(rate: Rate | null, clock: Clock, maxKeys: number = MAX_KEYS) {
    this.#rate = rate;
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Sets another rate, with which everybody starts afresh; the same one changes nothing. */
  change(rate: Rate | null): void {
    if (rate?.count === this.#rate?.count && rate?.perMs === this.#rate?.perMs) return;
    this.#rate = rate;
    this.#buckets.clear();
  }

  /** Counts a use: 0 when it may go on, else how many milliseconds to wait. */
  take(key: string): number {
    if (this.#rate === null) return 0;
    const nowMs = this.#clock.nowMs();
    const bucket = this.#bucketOf(key, this.#rate, nowMs);
    return bucket.tryTake(nowMs) ? 0 : bucket.waitMs(nowMs);
  }

  /** Counts what has happened already, also beyond the rate: 0, or in how many milliseconds the debt is paid. */
  spend(key: string, amount: number): number {
    if (this.#rate === null) return 0;
    const nowMs = this.#clock.nowMs();
    const bucket = this.#bucketOf(key, this.#rate, nowMs);
    bucket.spend(nowMs, amount);
    return bucket.waitMs(nowMs);
  }

  #bucketOf(key: string, rate: Rate, nowMs: number): TokenBucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      this.#makeRoom(rate, nowMs);
      bucket = new TokenBucket(rate, nowMs);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #makeRoom({ perMs }: Rate, nowMs: number): void {
    if (this.#buckets.size >= SWEEP_KEYS && nowMs - this.#sweptAtMs >= perMs) {
      this.#sweptAtMs = nowMs;
      for (const [key, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(key);
    }
    const [oldest] = this.#buckets.size < this.#maxKeys ? [] : this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
