import { Store } from "../look/store.ts";
import type { Quote } from "./quote.ts";

/** How far back a sparkline goes. */
export const SPARK_WINDOW_MS = 30_000;

/** So many points a sparkline has at most: ten a second. */
const MOST_POINTS = 300;

/** One price that was shown. */
export interface Point {
  readonly at: number;
  readonly price: number;
}

/** What is shown of one symbol. */
export interface Trace {
  readonly quote: Quote;
  /** Where the price went last: 1 up, -1 down, 0 for the first. */
  readonly direction: -1 | 0 | 1;
  /** How often the price has changed. */
  readonly changes: number;
  /** Oldest first. The array is the board's own, which adds to it. */
  readonly points: readonly Point[];
}

interface Row {
  readonly store: Store<Trace>;
  readonly points: Point[];
}

/** All symbols that have come, each with its newest price and where it was before. */
export class Board {
  /** In alphabetical order. */
  readonly symbols: Store<readonly string[]> = new Store<readonly string[]>([]);
  readonly #rows = new Map<string, Row>();

  /** Undefined for a symbol that has not come. */
  trace(symbol: string): Store<Trace> | undefined {
    return this.#rows.get(symbol)?.store;
  }

  /** Takes prices in; one that is not newer than what is shown changes nothing. */
  take(quotes: readonly (readonly [symbol: string, quote: Quote])[]): void {
    const before = this.#rows.size;
    for (const [symbol, quote] of quotes) this.#takeOne(symbol, quote);
    if (this.#rows.size !== before) this.symbols.set([...this.#rows.keys()].toSorted());
  }

  clear(): void {
    this.#rows.clear();
    this.symbols.set([]);
  }

  /** How old the prices are that are shown, in milliseconds, on average. Undefined without any. */
  meanAgeMs(nowMs: number): number | undefined {
    if (this.#rows.size === 0) return undefined;
    let sumMs = 0;
    for (const { store } of this.#rows.values()) sumMs += Math.max(0, nowMs - store.value.quote.at);
    return sumMs / this.#rows.size;
  }

  #takeOne(symbol: string, quote: Quote): void {
    const point = { at: quote.at, price: quote.price };
    const row = this.#rows.get(symbol);
    if (row === undefined) {
      const points = [point];
      const store = new Store<Trace>({ quote, direction: 0, changes: 0, points });
      this.#rows.set(symbol, { store, points });
      return;
    }
    const { store, points } = row;
    const { quote: shown, direction, changes } = store.value;
    if (quote.at <= shown.at) return;
    points.push(point);
    while (points.length > MOST_POINTS || isOver(points[1], quote.at)) points.shift();
    const isChange = quote.price !== shown.price;
    store.set({
      quote,
      direction: isChange ? (quote.price > shown.price ? 1 : -1) : direction,
      changes: isChange ? changes + 1 : changes,
      points,
    });
  }
}

/** Whether the line reaches the edge of its window without what is before this point. */
function isOver(point: Point | undefined, nowMs: number): boolean {
  return point !== undefined && point.at <= nowMs - SPARK_WINDOW_MS;
}
