import type { JsonValue } from "@tidewire/client";

/** A price, as it is pushed under its symbol and as it is polled. */
export interface Quote {
  readonly price: number;
  /** What the day's change counts from. */
  readonly open: number;
  /** When this price was made, in milliseconds since 1970, by the clock of who made it. */
  readonly at: number;
}

/** Reads a quote; undefined for anything else. */
export function readQuote(data: unknown): Quote | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { price, open, at }: Partial<Record<string, unknown>> = { ...data };
  if (!isPositive(price) || !isPositive(open) || !isPositive(at)) return undefined;
  return { price, open, at };
}

/** Reads all prices as the feeder answers them: an object with a quote for each symbol. */
export function readQuotes(data: unknown): readonly (readonly [symbol: string, quote: Quote])[] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([symbol, value]) => {
    const quote = readQuote(value);
    return quote === undefined ? [] : [[symbol, quote] as const];
  });
}

/** The quote as it is published. */
export function quoteData({ price, open, at }: Quote): JsonValue {
  return { price, open, at };
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value > 0;
}
