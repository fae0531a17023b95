import type { Counter, Histogram } from "prom-client";
import type { Sample } from "./samples.ts";

/** A histogram at one set of labels: how many were at most each bound, in the order of the bounds; `count` and `sum` are of all. */
export interface HistogramFigure {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** Every metric's samples, by its name. */
export type Figures = Readonly<Record<string, readonly (Sample | HistogramFigure)[]>>;

/** What a counter has counted, for each set of labels that it met. */
export async function counterFigures(counter: Counter): Promise<readonly Sample[]> {
  const { values } = await counter.get();
  return values.map(({ labels, value }) => ({ labels: textsOf(labels), value }));
}

/** What a histogram has observed, for each set of labels that it met. */
export async function histogramFigures(histogram: Histogram): Promise<readonly HistogramFigure[]> {
  const { name, values } = await histogram.get();
  const sets: Map<string, Growing> = new Map();
  for (const { metricName, labels, value } of values) {
    const { le, ...others } = labels;
    const key = JSON.stringify(others);
    const figure = sets.get(key) ?? { labels: textsOf(others), count: 0, sum: 0, buckets: [] };
    sets.set(key, figure);
    if (metricName === `${name}_count`) figure.count = value;
    else if (metricName === `${name}_sum`) figure.sum = value;
    // The last one, `+Inf`, holds the count.
    else if (typeof le === "number") figure.buckets.push({ le, count: value });
  }
  return [...sets.values()];
}

interface Growing {
  readonly labels: Readonly<Record<string, string>>;
  count: number;
  sum: number;
  readonly buckets: { readonly le: number; readonly count: number }[];
}

function textsOf(labels: Readonly<Record<string, string | number | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
