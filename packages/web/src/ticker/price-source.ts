import type { Quote } from "./quote.ts";

/** Whom a source tells. */
export interface PriceSink {
  quotes(quotes: readonly (readonly [symbol: string, quote: Quote])[]): void;
  /** A request was made; the opening of a WebSocket is one. */
  request(): void;
  received(bytes: number): void;
  /** Why no prices come; undefined when they do. */
  problem(text: string | undefined): void;
}

/** A way in which prices come to the page, until it is closed. */
export interface PriceSource {
  close(): void;
}
