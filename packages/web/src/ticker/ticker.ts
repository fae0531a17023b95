import { type JsonValue, Tidewire } from "@tidewire/client";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { freshName } from "../look/page-name.ts";
import { Store } from "../look/store.ts";
import { Board } from "./board.ts";
import { type FeederStatus, readStatus } from "./feeder-status.ts";
import { type Figures, Meter } from "./meter.ts";
import type { PriceSink, PriceSource } from "./price-source.ts";
import { PolledPrices } from "./polled-prices.ts";
import { PushedPrices } from "./pushed-prices.ts";
import { SampleMarket } from "./sample-market.ts";

/** The ways in which prices come to the page. */
export const WAYS = ["push", "poll1", "poll5"] as const;

export type Way = (typeof WAYS)[number];

/** Values per second of each symbol that the page may ask for. */
export const RATES = [0.2, 0.5, 1, 2, 5, 10] as const;

/** Where the feeder pushes to. */
export const MARKET_CHANNEL = "demo.ticker";
/** The program that does, below `examples`. */
export const FEEDER_PROGRAM = "ticker/feeder.mjs";
const STATUS_CHANNEL = "demo.ticker.feeder";

const INTERVALS_MS = { poll1: 1000, poll5: 5000 } as const;
const SAMPLE_MS = 250;
/** Without a status for so long after the page was let in, there is no feeder. */
const LATE_MS = 300;
/** A feeder that has said nothing for so long is gone; it speaks once a second. */
const SILENT_MS = 6000;

/** What the page shows beside the prices. */
export interface TickerView {
  readonly connection: ConnectionView;
  /** Whether prices are fed. `stopped`: they were while the page was open, and the last ones stand. */
  readonly feeder: "none" | "running" | "stopped";
  readonly way: Way;
  /** What is asked for, in values per second of each symbol. */
  readonly maxRate: number;
  /** Those of each way that was chosen, as they were when it was left. */
  readonly figures: Partial<Readonly<Record<Way, Figures>>>;
  /** Why no prices come. */
  readonly problem: string | undefined;
}

/**
 * Fifty prices, pushed or polled, and what each way costs.
 *
 * Until a feeder runs, the page publishes prices itself, into a channel that only it reads; there is nothing to poll then. A client of its own
 * hears of the feeder, so that what this costs is not counted as a cost of push.
 */
export class Ticker {
  readonly board: Board = new Board();
  readonly view: Store<TickerView>;
  readonly #url: string;
  readonly #client: Tidewire<{ "**": JsonValue }>;
  #meter = new Meter();
  #source: PriceSource | undefined;
  #sample: SampleMarket | undefined;
  #status: FeederStatus | undefined;

  constructor(url: string) {
    this.#url = url;
    this.#client = new Tidewire<{ "**": JsonValue }>(url, { name: "tidewire-ticker" });
    this.view = new Store<TickerView>({
      connection: connectionView(this.#client.state),
      feeder: "none",
      way: "push",
      maxRate: 5,
      figures: {},
      problem: undefined,
    });
    this.#client.on("state", (state) => this.#change({ connection: connectionView(state) }));
    const feeder = this.#client.subscribe(STATUS_CHANNEL);
    feeder.on("message", (message) => this.#hear(readStatus(message)));
    // The last status of a feeder comes right after this.
    feeder.once("subscribed", () => setTimeout(() => this.#begin(), LATE_MS));
    setInterval(() => this.#measure(), SAMPLE_MS);
  }

  /** Changes the way, and begins its figures anew. Polling needs a feeder to ask. */
  choose(way: Way): void {
    if (way !== "push" && this.#status === undefined) return;
    this.#open(way);
  }

  /** Asks for so many values per second of each symbol. */
  setRate(maxRate: number): void {
    this.#change({ maxRate });
    if (this.#source instanceof PushedPrices) this.#source.setRate(maxRate);
  }

  #begin(): void {
    if (this.#source !== undefined) return;
    const problem = (text: string): void => this.#change({ problem: text });
    this.#sample = new SampleMarket(this.#url, `${MARKET_CHANNEL}.${freshName()}`, problem);
    this.#open("push");
  }

  #hear(status: FeederStatus | undefined): void {
    if (status === undefined) return;
    const isFresh = status.isRunning && Date.now() - status.at < SILENT_MS;
    // What one that stopped before the page was opened has left is no market.
    if (!isFresh && this.view.value.feeder === "none") return;
    const before = this.#status;
    this.#status = status;
    this.#change({ feeder: isFresh ? "running" : "stopped" });
    const { way } = this.view.value;
    if (before === undefined) this.#leaveSample();
    else if (before.prices !== status.prices) this.#open(way);
    const { tidewire, feeder } = status.cpuSeconds;
    this.#meter.cpu(status.at, way === "push" ? tidewire : feeder);
  }

  #leaveSample(): void {
    this.#sample?.close();
    this.#sample = undefined;
    this.board.clear();
    this.#open("push");
  }

  #open(way: Way): void {
    this.#measure();
    this.#source?.close();
    this.#meter = new Meter();
    this.#change({ way, problem: undefined });
    this.#source = this.#sourceOf(way, this.#sinkOf(this.#meter));
    this.#measure();
  }

  #sourceOf(way: Way, sink: PriceSink): PriceSource {
    if (way !== "push" && this.#status !== undefined) {
      return new PolledPrices(this.#status.prices, INTERVALS_MS[way], sink);
    }
    const channel = this.#sample?.channel ?? MARKET_CHANNEL;
    return new PushedPrices({ url: this.#url, channel, maxRate: this.view.value.maxRate }, sink);
  }

  #sinkOf(meter: Meter): PriceSink {
    return {
      quotes: (quotes) => this.board.take(quotes),
      request: () => meter.request(),
      received: (bytes) => meter.received(bytes),
      problem: (problem) => this.#change({ problem }),
    };
  }

  #measure(): void {
    const nowMs = Date.now();
    const { feeder, way, figures } = this.view.value;
    if (feeder === "running" && nowMs - (this.#status?.at ?? nowMs) > SILENT_MS) {
      this.#change({ feeder: "stopped" });
    }
    // When nothing moves any more, prices are old however they come.
    if (feeder === "stopped") return;
    const staleMs = this.board.meanAgeMs(nowMs);
    if (staleMs !== undefined) this.#meter.sample(nowMs, staleMs);
    this.#change({ figures: { ...figures, [way]: this.#meter.figures() } });
  }

  #change(change: Partial<TickerView>): void {
    this.view.set({ ...this.view.value, ...change });
  }
}
