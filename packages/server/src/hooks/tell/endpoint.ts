import type { Clock, RandomId } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { TokenBucket } from "../../base/token-bucket.ts";
import type { WebhookEvent } from "../../config/webhook-events.ts";
import type { Queue } from "../../core/queue.ts";
import { Announcements } from "./announcements.ts";
import type { Delivery, ObserveWebhook } from "./delivery.ts";
import { Intake } from "./intake.ts";
import { BEGINNING_AND_END, readSubjectName, type Subject, subjectName } from "./subject.ts";

/** What one endpoint wants to hear, and what may wait for it. */
export interface EndpointOptions {
  /** How the log names it. */
  readonly name: string;
  readonly wants: (event: WebhookEvent) => boolean;
  readonly wantsChannel: (channel: string) => boolean;
  readonly graceMs: number;
  readonly restartGraceMs: number;
  readonly maxQueueBytes: number;
}

/** What an endpoint works with. */
export interface EndpointPorts {
  readonly queue: Queue;
  readonly delivery: Delivery;
  readonly clock: Clock;
  /** A clock that never jumps. */
  readonly steadyClock: Clock;
  readonly randomId: RandomId;
  readonly logger: Logger;
  readonly observe: ObserveWebhook;
}

const EVENT_ID_BITS = 96;
const OVERFLOW_REPORTS = { count: 1, perMs: 60_000 } as const;

/**
 * One backend that is told what happens: what it wants to hear goes into its queue, in the order in which it happens.
 *
 * When the queue is full, messages are dropped, and beginnings and ends wait outside until there is room: the backend then hears how things
 * are, if not all that they were in between.
 */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #ports: EndpointPorts;
  readonly #intake: Intake;
  readonly #overflowReports: TokenBucket;
  /** Messages dropped since the last report. */
  #overflowed = 0;
  /** A session has outlived its grace time when it ends, and its connection id never returns. */
  readonly #connections: Announcements;
  readonly #others: Announcements;

  constructor(options: EndpointOptions, ports: EndpointPorts) {
    const { graceMs, restartGraceMs, maxQueueBytes } = options;
    const { queue, delivery, steadyClock: clock } = ports;
    this.#options = options;
    this.#ports = ports;
    this.#intake = new Intake({ queue, maxBytes: maxQueueBytes, onKept: () => delivery.wake() });
    this.#overflowReports = new TokenBucket(OVERFLOW_REPORTS, clock.nowMs());
    const tell = (subject: string, isThere: boolean, detailsJson: string): Promise<boolean> =>
      this.#tell(subject, isThere, detailsJson);
    this.#connections = new Announcements({ clock, graceMs: 0, restartGraceMs: 0, tell });
    this.#others = new Announcements({ clock, graceMs, restartGraceMs, tell });
    for (const subject of queue.marks()) this.#of(subject).restore(subject);
  }

  get name(): string {
    return this.#options.name;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#ports.queue.length;
  }

  /** How long the oldest event has waited that is being told. */
  get waitedMs(): number {
    return this.#ports.delivery.waitedMs;
  }

  /** Begins to deliver what is in the queue from an earlier run. */
  start(): void {
    this.#ports.delivery.wake();
  }

  stop(): Promise<void> {
    return this.#ports.delivery.stop();
  }

  /** To be called now and then. */
  tick(): void {
    this.#connections.tick();
    this.#others.tick();
    // The store may have been away when delivering looked into the queue last.
    if (this.#ports.queue.length > 0) this.#ports.delivery.wake();
  }

  /** A subject is there, for one more reason; `detailsJson` goes into the event: `,"info":…`. */
  begin(subject: Subject, detailsJson: string): void {
    if (!this.#wants(subject)) return;
    const name = subjectName(subject);
    this.#of(name).begin(name, detailsJson);
  }

  /** One of the reasons is gone. */
  end(subject: Subject): void {
    if (!this.#wants(subject)) return;
    const name = subjectName(subject);
    this.#of(name).end(name);
  }

  wantsMessagesOf(channel: string): boolean {
    return this.#options.wants("message.published") && this.#options.wantsChannel(channel);
  }

  /** Takes the event of a message; resolves once it is kept, or dropped. */
  message(json: string): Promise<void> {
    const arrival = { timeMs: this.#ports.clock.nowMs(), json };
    if (this.#intake.isFullFor(arrival)) return this.#overflow();
    return this.#intake.add(arrival).then((kept) => (kept ? undefined : this.#overflow()));
  }

  #wants(subject: Subject): boolean {
    if ("channel" in subject && !this.#options.wantsChannel(subject.channel)) return false;
    return BEGINNING_AND_END[subject.kind].some((event) => this.#options.wants(event));
  }

  #of(subject: string): Announcements {
    return subject.startsWith("connection ") ? this.#connections : this.#others;
  }

  #tell(name: string, isThere: boolean, detailsJson: string): Promise<boolean> {
    const subject = readSubjectName(name);
    if (subject === null) return Promise.resolve(true);
    const timeMs = this.#ports.clock.nowMs();
    const id = `evt_${this.#ports.randomId(EVENT_ID_BITS)}`;
    const type = BEGINNING_AND_END[subject.kind][isThere ? 0 : 1];
    const details = isThere ? detailsJson : "";
    const event = `{"id":"${id}","type":"${type}","time":${timeMs},${subject.fieldsJson}${details}}`;
    const json = this.#options.wants(type) ? event : null;
    const arrival = { timeMs, json, ...(isThere ? { mark: name } : { unmark: name }) };
    return this.#intake.isFullFor(arrival) ? Promise.resolve(false) : this.#intake.add(arrival);
  }

  async #overflow(): Promise<void> {
    const { steadyClock, logger, observe } = this.#ports;
    observe("overflowed", 1);
    this.#overflowed += 1;
    if (!this.#overflowReports.tryTake(steadyClock.nowMs())) return;
    const about = { endpoint: this.#options.name, events: this.#overflowed, problem: "there was no room" };
    logger.error({ event: "webhook.dropped", ...about }, "messages are not told to the backend");
    this.#overflowed = 0;
  }
}
