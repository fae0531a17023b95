import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { LimitName } from "../config/limit-table.ts";
import type { PublishObserver } from "../core/publish.ts";
import type { ServerInfo } from "./http-ports.ts";

/** Counts what happens and writes it in the Prometheus text format. One object for each server. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #published = new Counter({
    name: "tidewire_publishes_total",
    help: "Publishes that were carried out, by who published and whether it was a repeat.",
    labelNames: ["from", "duplicate"],
    registers: [this.#registry],
  });
  /** Looked up once: finding a counter by its labels costs more than the counting. */
  readonly #publishes = {
    api: { first: this.#published.labels("api", "false"), repeat: this.#published.labels("api", "true") },
    client: {
      first: this.#published.labels("client", "false"),
      repeat: this.#published.labels("client", "true"),
    },
  };
  readonly #calls = new Counter({
    name: "tidewire_api_requests_total",
    help: "Requests over HTTP and lines over raw TCP that came with a key, by the key's name.",
    labelNames: ["key"],
    registers: [this.#registry],
  });
  readonly #limits = new Counter({
    name: "tidewire_limits_hit_total",
    help: "How often each limit was exceeded.",
    labelNames: ["limit"],
    registers: [this.#registry],
  });
  readonly #connections = this.#gauge("tidewire_connections", "Open sockets of clients.");
  readonly #sessions = this.#gauge("tidewire_sessions", "Sessions, with or without a transport.");
  readonly #channels = this.#gauge("tidewire_channels", "Channels that somebody on this node holds.");
  #collectsProcess = false;

  /** The media type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts one publish. */
  readonly published: PublishObserver = ({ from }, { duplicate }) => {
    const counted = this.#publishes[from.kind];
    (duplicate ? counted.repeat : counted.first).inc();
  };

  /** Counts one time that a limit was exceeded. */
  readonly limitHit = (limit: LimitName): void => this.#limits.labels(limit).inc();

  /** Counts one request that came with a key. */
  called(key: string): void {
    this.#calls.labels(key).inc();
  }

  /** Everything counted so far, and the process's own figures. */
  async text(info: ServerInfo): Promise<string> {
    // Only once somebody asks: watching the event loop takes a timer every 10 ms.
    if (!this.#collectsProcess) collectDefaultMetrics({ register: this.#registry });
    this.#collectsProcess = true;
    this.#connections.set(info.connections);
    this.#sessions.set(info.sessions);
    this.#channels.set(info.channels);
    return this.#registry.metrics();
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] });
  }
}
