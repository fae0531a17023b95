import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Times of one kind, in milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const LONGEST_US = 3_600_000_000;

/** Collects times in a memory that does not grow, three digits exact. */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: LONGEST_US, figures: 3 });

  record(durationMs: number): void {
    // In microseconds, of which the histogram counts whole ones from 1 on.
    this.#histogram.record(Math.min(LONGEST_US, Math.max(1, Math.round(durationMs * 1000))));
  }

  get count(): number {
    return this.#histogram.count;
  }

  /** null: there is none. */
  percentiles(): Percentiles | null {
    const histogram = this.#histogram;
    if (histogram.count === 0) return null;
    const at = (percent: number): number => histogram.percentile(percent) / 1000;
    return {
      count: histogram.count,
      p50: at(50),
      p90: at(90),
      p99: at(99),
      p999: at(99.9),
      max: histogram.max / 1000,
    };
  }
}
