import { type JsonValue, type Subscription, Tidewire } from "@tidewire/client";
import { FrameBatch } from "../look/frame-batch.ts";
import { countedSockets } from "./counted-socket.ts";
import type { PriceSink, PriceSource } from "./price-source.ts";
import { type Quote, readQuote } from "./quote.ts";

/** What is pushed, and how often. */
interface PushOptions {
  readonly url: string;
  readonly channel: string;
  /** Values per second of each symbol. */
  readonly maxRate: number;
}

/** Prices that the server pushes: the newest of each symbol, at the rate that is asked for. Told once per frame. */
export class PushedPrices implements PriceSource {
  readonly #client: Tidewire<{ "**": JsonValue }>;
  readonly #prices: Subscription<JsonValue>;
  readonly #batch: FrameBatch<readonly [string, Quote]>;

  constructor({ url, channel, maxRate }: PushOptions, sink: PriceSink) {
    const webSocket = countedSockets({
      opened: () => sink.request(),
      received: (bytes) => sink.received(bytes),
    });
    this.#batch = new FrameBatch((quotes) => sink.quotes(quotes));
    this.#client = new Tidewire<{ "**": JsonValue }>(url, {
      name: "tidewire-ticker-prices",
      webSocket,
    });
    this.#prices = this.#client.subscribe(channel, { maxRate });
    this.#prices.on("message", ({ key, data }) => {
      const quote = readQuote(data);
      if (key !== undefined && quote !== undefined) this.#batch.push([key, quote]);
    });
    this.#prices.on("subscribed", () => sink.problem(undefined));
    this.#prices.on("error", ({ message }) => sink.problem(message));
  }

  setRate(maxRate: number): void {
    this.#prices.setRate(maxRate);
  }

  close(): void {
    this.#batch.stop();
    this.#client.close();
  }
}
