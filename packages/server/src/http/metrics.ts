import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { LimitName } from "../config/limit-table.ts";
import type { PublishObserver } from "../core/publish.ts";
import type { ObserveHook } from "../hooks/ask/hook-caller.ts";
import type { ObserveWebhook } from "../hooks/tell/delivery.ts";
import type { ServerInfo } from "./http-ports.ts";

/** What the way to the backend is asked when somebody looks at the metrics. */
export interface BackendGauges {
  hookStates(): readonly {
    readonly hook: string;
    readonly pending: number;
    readonly isSuspended: boolean;
  }[];
  webhooksWaiting(): number;
}

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
  readonly #connections = this.#gauge(
    "tidewire_connections",
    "Clients that are connected, over whatever transport.",
  );
  readonly #sessions = this.#gauge("tidewire_sessions", "Sessions, with or without a transport.");
  readonly #channels = this.#gauge("tidewire_channels", "Channels that somebody on this node holds.");
  readonly #hookCalls = new Counter({
    name: "tidewire_hook_calls_total",
    help: "Questions to the backend, by hook and by how they ended: answered, failed, or refused without asking.",
    labelNames: ["hook", "outcome"],
    registers: [this.#registry],
  });
  readonly #hookSeconds = new Histogram({
    name: "tidewire_hook_seconds",
    help: "How long the backend's answers took, waiting and retries included.",
    labelNames: ["hook"],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 3, 10],
    registers: [this.#registry],
  });
  readonly #hookPending = this.#gauge("tidewire_hook_pending", "Questions under way and waiting.", "hook");
  readonly #hookSuspended = this.#gauge(
    "tidewire_hook_suspended",
    "1 while a hook is not asked, since it failed too often in a row.",
    "hook",
  );
  readonly #webhookEvents = new Counter({
    name: "tidewire_webhook_events_total",
    help: "Events for backends by their end: delivered, expired, or overflowed for want of room.",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });
  readonly #webhooksWaiting = this.#gauge("tidewire_webhook_events_waiting", "Events that wait to be told.");
  #backend: BackendGauges | null = null;
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

  /** Counts one question to the backend. */
  readonly hookCalled: ObserveHook = (hook, outcome, durationMs) => {
    this.#hookCalls.inc({ hook, outcome });
    if (outcome !== "refused") this.#hookSeconds.observe({ hook }, durationMs / 1000);
  };

  /** Counts events that met their end. */
  readonly webhookEvents: ObserveWebhook = (outcome, events) => {
    this.#webhookEvents.inc({ outcome }, events);
  };

  /** Looks at the backend from now on, whenever somebody asks. */
  watch(backend: BackendGauges): void {
    this.#backend = backend;
  }

  /** Everything counted so far, and the process's own figures. */
  async text(info: ServerInfo): Promise<string> {
    // Only once somebody asks: watching the event loop takes a timer every 10 ms.
    if (!this.#collectsProcess) collectDefaultMetrics({ register: this.#registry });
    this.#collectsProcess = true;
    this.#connections.set(info.connections);
    this.#sessions.set(info.sessions);
    this.#channels.set(info.channels);
    for (const { hook, pending, isSuspended } of this.#backend?.hookStates() ?? []) {
      this.#hookPending.set({ hook }, pending);
      this.#hookSuspended.set({ hook }, isSuspended ? 1 : 0);
    }
    this.#webhooksWaiting.set(this.#backend?.webhooksWaiting() ?? 0);
    return this.#registry.metrics();
  }

  #gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}
