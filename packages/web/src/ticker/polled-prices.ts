import type { PriceSink, PriceSource } from "./price-source.ts";
import { readQuotes } from "./quote.ts";

/** Prices that the page asks for again and again: a plain `fetch` of all of them at each interval. */
export class PolledPrices implements PriceSource {
  readonly #url: string;
  readonly #sink: PriceSink;
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #observer: PerformanceObserver;
  #isAsking = false;

  /** Asks at once for the first time. */
  constructor(url: string, intervalMs: number, sink: PriceSink) {
    this.#url = url;
    this.#sink = sink;
    this.#observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntriesByName(url)) {
        if (entry instanceof PerformanceResourceTiming) sink.received(entry.transferSize);
      }
      // The browser keeps a few hundred.
      performance.clearResourceTimings();
    });
    this.#observer.observe({ type: "resource" });
    this.#timer = setInterval(() => void this.#ask(), intervalMs);
    void this.#ask();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#observer.disconnect();
    this.#stop.abort();
  }

  /** One request at a time: a slow answer makes the next one late. */
  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#sink.request();
    const problem = await this.#fetch();
    this.#isAsking = false;
    if (!this.#stop.signal.aborted) this.#sink.problem(problem);
  }

  async #fetch(): Promise<string | undefined> {
    try {
      const response = await fetch(this.#url, { cache: "no-store", signal: this.#stop.signal });
      const quotes = readQuotes(await response.json());
      if (!this.#stop.signal.aborted) this.#sink.quotes(quotes);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
