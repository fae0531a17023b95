import { type JsonValue, Tidewire } from "@tidewire/client";
import { type Body, readBody } from "../chat/chat-data.ts";
import { connectionView } from "../look/connection-state.ts";
import type { ConnectionView } from "../look/connection-view.ts";
import { FrameBatch } from "../look/frame-batch.ts";
import { Store } from "../look/store.ts";

/** The channel that the landing page listens to. */
export const LANDING_CHANNEL = "demo.landing";

/** So many messages are shown. */
const SHOWN = 4;

/** A message that arrived while the page was open, or shortly before. */
export interface Arrival {
  readonly id: string;
  readonly timeMs: number;
  readonly source: "api" | "page" | "here";
  readonly body: Body;
}

export interface FeedView {
  readonly connection: ConnectionView;
  /** Newest first. */
  readonly arrivals: readonly Arrival[];
  /** How many came since the page is open: each sends one pulse down the wire. */
  readonly pulses: number;
}

/** What arrives on the landing page's channel. */
export class Feed {
  readonly view: Store<FeedView> = new Store<FeedView>({
    connection: { kind: "connecting" },
    arrivals: [],
    pulses: 0,
  });
  readonly #client: Tidewire<{ "**": JsonValue }>;
  readonly #batch = new FrameBatch<Arrival>((arrivals) => this.#add(arrivals));

  constructor(url: string) {
    this.#client = new Tidewire<{ "**": JsonValue }>(url, { name: "tidewire-landing" });
    this.#client.on("state", (state) => this.#change({ connection: connectionView(state) }));
    const subscription = this.#client.subscribe(LANDING_CHANNEL, { since: { last: SHOWN } });
    subscription.on("message", ({ id, time, from, data }) => {
      const source = "api" in from ? "api" : from.connection === this.#connection ? "here" : "page";
      this.#batch.push({ id, timeMs: time, source, body: readBody(data) });
    });
  }

  /** Publishes a text from this page. Rejects with the reason when the server refuses it. */
  async publish(text: string): Promise<void> {
    await this.#client.publish(LANDING_CHANNEL, { text });
  }

  get #connection(): string | undefined {
    const { state } = this.#client;
    return state.status === "live" || state.status === "catching-up" ? state.connection : undefined;
  }

  #add(arrivals: readonly Arrival[]): void {
    const { arrivals: before, pulses } = this.view.value;
    const newest = [...arrivals].toReversed();
    this.#change({ arrivals: [...newest, ...before].slice(0, SHOWN), pulses: pulses + arrivals.length });
  }

  #change(change: Partial<FeedView>): void {
    this.view.set({ ...this.view.value, ...change });
  }
}
