import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { webhookHeaders } from "../../base/webhook-signature.ts";
import type { Queue, Queued } from "../../core/queue.ts";
import type { HttpPoster } from "../http-poster.ts";
import { retryDelayMs } from "./retry-delay.ts";

/** What becomes of events: the backend has them, did not take them this time, they grew too old, or there was no room to keep them. */
export type WebhookOutcome = "delivered" | "failed" | "expired" | "overflowed";

/** Told what became of how many events, for the metrics. */
export type ObserveWebhook = (outcome: WebhookOutcome, events: number) => void;

/** Where and how the events of one queue are told. */
export interface DeliveryOptions {
  readonly url: string;
  /** How the log names the endpoint: its URL without the query, in which people keep secrets. */
  readonly name: string;
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly batchEvents: number;
  /** How long an undelivered event is kept. */
  readonly maxAgeMs: number;
}

/** What delivering works with. */
export interface DeliveryPorts {
  readonly queue: Queue;
  readonly poster: HttpPoster;
  readonly clock: Clock;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Waits; resolves early when the signal aborts. */
  readonly pause: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  readonly observe: ObserveWebhook;
}

const BATCH_BYTES = 1_048_576;
/** What a backend says beside its status is of no interest. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * Tells a backend what is in a queue: in order, one batch after the other, each until the backend has taken it.
 *
 * An event leaves the queue when it was answered with a 2xx status, so a batch whose answer was lost is told again, with the same id as
 * long as this process lives. What has grown too old is dropped, and the log says how much.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #ports: DeliveryPorts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  /** What was taken from the queue last; its removal may not be kept yet. */
  #after = 0;
  #failures = 0;
  /** When the oldest event happened that is being told; null while none is. */
  #oldestMs: number | null = null;

  constructor(options: DeliveryOptions, ports: DeliveryPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** How long the oldest event has waited that is being told; 0 while none is. */
  get waitedMs(): number {
    return this.#oldestMs === null ? 0 : Math.max(0, this.#ports.clock.nowMs() - this.#oldestMs);
  }

  /** Something may be in the queue. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      this.#oldestMs = null;
    });
  }

  /** Ends delivering, in the middle of a batch too; what was not answered stays in the queue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      let batch = this.#next();
      if (batch.length === 0) return;
      while (batch.length > 0 && !(await this.#post(batch))) {
        if (signal.aborted) return;
        await this.#ports.pause(retryDelayMs(this.#failures, this.#ports.random()), signal);
        if (signal.aborted) return;
        batch = this.#withoutOld(batch);
      }
      if (batch.length > 0) this.#finish(batch, "delivered");
    }
  }

  #next(): readonly Queued[] {
    for (;;) {
      const page = this.#read();
      const fresh = this.#withoutOld(page);
      if (fresh.length > 0 || page.length === 0) return fresh;
    }
  }

  #read(): readonly Queued[] {
    try {
      return this.#ports.queue.read(this.#after, this.#options.batchEvents, BATCH_BYTES);
    } catch {
      // A store that cannot be read says so in its status. Whoever wakes this tries again.
      return [];
    }
  }

  #withoutOld(events: readonly Queued[]): readonly Queued[] {
    const notBeforeMs = this.#ports.clock.nowMs() - this.#options.maxAgeMs;
    const fresh = events.findIndex(({ timeMs }) => timeMs >= notBeforeMs);
    const old = fresh < 0 ? events : events.slice(0, fresh);
    if (old.length === 0) return events;
    this.#finish(old, "expired");
    const about = { event: "webhook.dropped", endpoint: this.#options.name, events: old.length } as const;
    this.#ports.logger.error({ ...about, problem: "they grew too old" }, "events were not delivered in time");
    return events.slice(old.length);
  }

  #finish(events: readonly Queued[], outcome: WebhookOutcome): void {
    this.#after = events.at(-1)?.sequence ?? this.#after;
    this.#ports.queue.remove(events);
    this.#ports.observe(outcome, events.length);
  }

  async #post(batch: readonly Queued[]): Promise<boolean> {
    const { poster, clock, logger, queue, observe } = this.#ports;
    this.#oldestMs = batch[0]?.timeMs ?? null;
    const { url, name, secrets, timeoutMs } = this.#options;
    const body = Buffer.from(batchJson(batch));
    const headers = webhookHeaders(batchId(batch), clock.nowMs(), body, secrets);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutMs)]);
    const posted = await poster.post({ url, body, headers, signal, maxAnswerBytes: MAX_ANSWER_BYTES });
    if (posted.ok && posted.status >= 200 && posted.status < 300) {
      this.#failures = 0;
      const about = { event: "webhook.delivered", endpoint: name, events: batch.length } as const;
      logger.debug(about, "events delivered");
      return true;
    }
    if (this.#stopping.signal.aborted) return false;
    this.#failures += 1;
    observe("failed", batch.length);
    const problem = posted.ok ? `it answered with status ${posted.status}` : posted.problem;
    const about = { endpoint: name, problem, attempt: this.#failures, waiting: queue.length } as const;
    logger.warn({ event: "webhook.failed", ...about }, "events could not be delivered and are tried again");
    return false;
  }
}

/** The same for the same events, so that a backend recognises a batch that it got before. */
function batchId(batch: readonly Queued[]): string {
  const hash = createHash("sha256");
  for (const { json } of batch) hash.update(json);
  return `msg_${hash.digest("base64url").slice(0, 24)}`;
}

function batchJson(batch: readonly Queued[]): string {
  const timestamp = new Date(batch.at(-1)?.timeMs ?? 0).toISOString();
  const events = batch.map(({ json }) => json).join(",");
  return `{"type":"events","timestamp":"${timestamp}","events":[${events}]}`;
}
