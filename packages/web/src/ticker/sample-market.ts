import { type JsonValue, Tidewire } from "@tidewire/client";
import { type Quote, quoteData } from "./quote.ts";

const SYMBOLS =
  `ACRE AMBR ANVL ARCT BIRK BOLT BRIX CALM CEDR CLAY CORL CRNE DAWN DELT DUNE EBBS ELMS FERN FJRD FLNT GALE GLOW GROV HALO
HAZL HELM IRIS JADE KELP KITE LARK LIME LOFT MAPL MINT MOSS NOVA OAKS ONYX OPAL PEAR PINE QUAY REEF SAGE SLAT TIDE VALE WREN ZINC`.split(
    /\s+/,
  );

const TICK_MS = 250;
/** How many prices move at a time: each about once a second. */
const MOVES = 12;
const STEP = 0.003;

/** Prices for a page that nobody feeds: the page publishes them itself, as a client, into a channel of its own. */
export class SampleMarket {
  readonly #client: Tidewire<{ "**": JsonValue }>;
  readonly channel: string;
  readonly #quotes = new Map<string, Quote>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #problem: (text: string) => void;
  #isRefused = false;

  /** Calls `problem` once when the server refuses. */
  constructor(url: string, channel: string, problem: (text: string) => void) {
    this.#client = new Tidewire<{ "**": JsonValue }>(url, { name: "tidewire-ticker-sample" });
    this.channel = channel;
    this.#problem = problem;
    for (const symbol of SYMBOLS) {
      const open = cents(20 + 280 * Math.random());
      this.#publish(symbol, { price: open, open, at: Date.now() });
    }
    this.#timer = setInterval(() => this.#move(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client.close();
  }

  #move(): void {
    // What an offline page publishes would wait and come late.
    if (this.#isRefused || this.#client.state.status !== "live") return;
    for (let move = 0; move < MOVES; move += 1) {
      const symbol = SYMBOLS[Math.floor(Math.random() * SYMBOLS.length)] ?? "";
      const quote = this.#quotes.get(symbol);
      if (quote === undefined) continue;
      const price = cents(quote.price * (1 + STEP * (Math.random() + Math.random() - 1)));
      this.#publish(symbol, { price, open: quote.open, at: Date.now() });
    }
  }

  #publish(symbol: string, quote: Quote): void {
    this.#quotes.set(symbol, quote);
    this.#client.publish(this.channel, quoteData(quote), { key: symbol }).catch((error: unknown) => {
      if (this.#client.state.status === "closed" || this.#isRefused) return;
      this.#isRefused = true;
      this.#problem(error instanceof Error ? error.message : String(error));
    });
  }
}

function cents(price: number): number {
  return Math.round(price * 100) / 100;
}
