import Type from "typebox";
import type { ServerApi } from "../remote/server-api.ts";
import { Latencies } from "./latencies.ts";
import { dataAt, type Load, subscribersOf } from "./load.ts";

/** Due messages go out together this often, or when one is due, whichever is later. */
const SHORTEST_TICK_MS = 10;
/** Requests that wait for an answer. Beyond that the server is behind, and more would only pile up here. */
const IN_FLIGHT = 64;
const BATCH_MESSAGES = 500;

const RESULTS = Type.Object({
  results: Type.Array(Type.Object({ error: Type.Optional(Type.Object({ message: Type.String() })) })),
});

function tickOf(rate: number): number {
  return Math.max(SHORTEST_TICK_MS, 1000 / rate);
}

/** The sending half of a load: publishes at a fixed rate, whether the server keeps up or not. */
export class Publisher {
  /** From sending a batch until its answer. */
  readonly acknowledging: Latencies = new Latencies();
  readonly errors: Map<string, number> = new Map();
  readonly #api: ServerApi;
  readonly #load: Load;
  readonly #nowMs: () => number;
  readonly #inFlight: Set<Promise<void>> = new Set();
  #published = 0;
  #expected = 0;
  #due = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(api: ServerApi, load: Load, nowMs: () => number) {
    this.#api = api;
    this.#load = load;
    this.#nowMs = nowMs;
  }

  /** Messages that the server has acknowledged. */
  get published(): number {
    return this.#published;
  }

  /** Deliveries that they must lead to. */
  get expected(): number {
    return this.#expected;
  }

  /** Messages that were due and not sent, because too much was waiting for an answer. */
  get unsent(): number {
    return this.#due - this.#published - [...this.errors.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Publishes for the load's duration or until `stopped`; resolves when everything is answered. */
  async run(stopped: Promise<unknown>, onTick: (elapsedMs: number) => void): Promise<void> {
    const { rate, durationMs } = this.#load;
    const startMs = this.#nowMs();
    await new Promise<void>((resolve) => {
      void stopped.then(() => resolve());
      this.#timer = setInterval(() => {
        const elapsedMs = Math.min(durationMs, this.#nowMs() - startMs);
        const due = Math.floor((elapsedMs * rate) / 1000);
        this.#sendDue(due, startMs);
        onTick(elapsedMs);
        if (elapsedMs >= durationMs) resolve();
      }, tickOf(rate));
    });
    clearInterval(this.#timer);
    await Promise.all(this.#inFlight);
  }

  /**
   * Sends what is due until now.
   *
   * A message is timed from the tick in which it was due, not from when it was sent: a server that makes its publisher wait, or a generator that
   * is late, must not look better for it.
   */
  #sendDue(due: number, startMs: number): void {
    const { channels, rate, size } = this.#load;
    const tickMs = tickOf(rate);
    while (this.#due < due) {
      const until = Math.min(due, this.#due + BATCH_MESSAGES);
      const messages: string[] = [];
      let deliveries = 0;
      for (let number = this.#due; number < until; number += 1) {
        const index = number % channels.length;
        const dueMs = startMs + Math.ceil(((number + 1) * 1000) / rate / tickMs) * tickMs;
        messages.push(`{"channel":"${channels[index]}","data":${dataAt(dueMs, size)}}`);
        deliveries += subscribersOf(this.#load, index);
      }
      this.#due = until;
      if (this.#inFlight.size >= IN_FLIGHT) continue;
      const sent = this.#send(messages, deliveries);
      this.#inFlight.add(sent);
      void sent.finally(() => this.#inFlight.delete(sent));
    }
  }

  async #send(messages: readonly string[], deliveries: number): Promise<void> {
    const sentMs = this.#nowMs();
    try {
      const body = `{"messages":[${messages.join(",")}]}`;
      const { results } = await this.#api.call("POST", "/api/publish", RESULTS, body);
      this.acknowledging.record(this.#nowMs() - sentMs);
      const refused = results.flatMap(({ error }) => error?.message ?? []);
      for (const message of refused) this.#failed(message, 1);
      this.#published += results.length - refused.length;
      this.#expected += Math.round((deliveries * (results.length - refused.length)) / results.length);
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error), messages.length);
    }
  }

  #failed(what: string, count: number): void {
    this.errors.set(what, (this.errors.get(what) ?? 0) + count);
  }
}
