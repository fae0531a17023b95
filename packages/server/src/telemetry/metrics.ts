import { CLOSE } from "@tidewire/protocol";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "../base/clock.ts";
import type { LimitName } from "../config/limit-table.ts";
import type { NewWork } from "../core/admission.ts";
import type { CountPublish, PublishDoor } from "../core/publish.ts";
import { counterFigures, type Figures, histogramFigures } from "./figures.ts";
import { COUNTED, type CountedName, type MetricFacts, SAMPLED } from "./metric-table.ts";
import { NOTHING, type Sample, type Sources, takeSamples } from "./samples.ts";
import { KeptSurvey } from "./survey.ts";

/** RFC 6455 §7.4.1. */
const STANDARD_CODES = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011];

const KNOWN_CODES: ReadonlySet<number> = new Set([...STANDARD_CODES, ...Object.values(CLOSE)]);

/** How long a walk over all sessions counts: pages ask once a second, and several may be open. */
const SURVEY_KEEP_MS = 2000;

/**
 * Counts what happens, and looks at the rest when somebody asks; tells all of it as Prometheus text or as JSON.
 *
 * One object for each server. docs/metrics.md lists what it knows.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters: Map<string, Counter> = new Map();
  readonly #histograms: Map<string, Histogram> = new Map();
  readonly #publishes = this.#counter("tidewire_publishes_total");
  readonly #publishedBytes = this.#counter("tidewire_published_bytes_total");
  /** Looked up once: finding a counter by its labels costs more than the counting. */
  readonly #doors: Readonly<Record<PublishDoor, DoorCounters>> = {
    http: this.#door("http"),
    tcp: this.#door("tcp"),
    client: this.#door("client"),
  };
  readonly #deliverySeconds = this.#histogram("tidewire_delivery_seconds");
  readonly #commitSeconds = this.#histogram("tidewire_store_commit_seconds");
  readonly #commitFailures = this.#counter("tidewire_store_commit_failures_total");
  readonly #delaySeconds = this.#histogram("tidewire_event_loop_delay_seconds");
  readonly #closes = this.#counter("tidewire_closes_total");
  readonly #authFailures = this.#counter("tidewire_auth_failures_total");
  readonly #kicks = this.#counter("tidewire_kicks_total");
  readonly #bans = this.#counter("tidewire_bans_total");
  readonly #limits = this.#counter("tidewire_limits_hit_total");
  readonly #shed = this.#counter("tidewire_overload_refusals_total");
  readonly #calls = this.#counter("tidewire_api_requests_total");
  readonly #hookCalls = this.#counter("tidewire_hook_calls_total");
  readonly #hookSeconds = this.#histogram("tidewire_hook_seconds");
  readonly #webhookEvents = this.#counter("tidewire_webhook_events_total");
  readonly #sampled = Object.entries(SAMPLED).map(([name, facts]) => {
    const shape = shapeOf(name, facts, this.#registry);
    return { name, metric: facts.type === "counter" ? new Counter(shape) : new Gauge(shape) };
  });
  readonly #survey: KeptSurvey;
  #sources: Sources = NOTHING;

  /** `clock` never jumps. */
  constructor(clock: Clock) {
    this.#survey = new KeptSurvey(clock, SURVEY_KEEP_MS);
  }

  /** The media type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Says where to look when somebody asks; what was said before still holds for the rest. */
  watch(sources: Partial<Sources>): void {
    this.#sources = { ...this.#sources, ...sources };
  }

  /** Counts one publish, with the bytes of its data. */
  readonly published: CountPublish = (door, duplicate, bytes) => {
    const counters = this.#doors[door];
    (duplicate ? counters.repeat : counters.first).inc();
    counters.bytes.inc(bytes);
  };

  /** Takes the time from a batch of publishes to the last write to its subscribers. */
  readonly delivered = (durationMs: number): void => this.#deliverySeconds.observe(durationMs / 1000);

  /** Takes the time of a commit, or that the disk did not take it. */
  readonly committed = (kept: boolean, durationMs: number): void => {
    if (kept) this.#commitSeconds.observe(durationMs / 1000);
    else this.#commitFailures.inc();
  };

  /** Takes the longest delay of the event loop in a second. */
  readonly delayed = (delayMs: number): void => this.#delaySeconds.observe(delayMs / 1000);

  /** Counts the end of a client's connection. */
  readonly closed = (code: number): void =>
    this.#closes.inc({ code: KNOWN_CODES.has(code) ? String(code) : "other" });

  /** Counts somebody who could not prove who they are; `reason` is a code of the error table. */
  readonly unproven = (who: "client" | "backend", reason: string): void =>
    this.#authFailures.inc({ who, reason });

  /** Counts a user or a connection that was sent away. */
  readonly kicked = (): void => this.#kicks.inc();

  readonly banned = (): void => this.#bans.inc();

  /** Counts one time that a limit was exceeded. */
  readonly limitHit = (limit: LimitName): void => this.#limits.labels(limit).inc();

  /** Counts what was refused since there was too much to do. */
  readonly shed = (work: NewWork): void => this.#shed.labels(work).inc();

  /** Counts one request that came with a key. */
  called(key: string): void {
    this.#calls.labels(key).inc();
  }

  /** Counts one question to the backend. */
  readonly hookCalled = (
    hook: string,
    outcome: "answered" | "failed" | "refused",
    durationMs: number,
  ): void => {
    this.#hookCalls.inc({ hook, outcome });
    if (outcome !== "refused") this.#hookSeconds.observe({ hook }, durationMs / 1000);
  };

  /** Counts events by what became of them. */
  readonly webhookEvents = (outcome: string, events: number): void =>
    this.#webhookEvents.inc({ outcome }, events);

  /** Everything in the text format of Prometheus. */
  async text(): Promise<string> {
    const samples = this.#look();
    for (const { name, metric } of this.#sampled) {
      // A counter cannot be set; from nothing it can be raised to what it is elsewhere.
      metric.reset();
      const taken = samples[name] ?? [];
      // Otherwise it would be told as 0, which is something else than not being there.
      if (taken.length === 0) metric.remove({});
      for (const { labels, value } of taken) metric.inc(labels, value);
    }
    return this.#registry.metrics();
  }

  /** Everything for programs that do not read that format: each metric's samples, by its name. */
  async figures(): Promise<Figures> {
    const figures: Record<string, Figures[string]> = {};
    for (const [name, counter] of this.#counters) figures[name] = await counterFigures(counter);
    for (const [name, histogram] of this.#histograms) figures[name] = await histogramFigures(histogram);
    return { ...figures, ...this.#look() };
  }

  #look(): Readonly<Record<string, readonly Sample[]>> {
    return takeSamples(this.#sources, this.#survey.of(this.#sources.sessions.all()));
  }

  #door(door: PublishDoor): DoorCounters {
    const counters = {
      first: this.#publishes.labels(door, "false"),
      repeat: this.#publishes.labels(door, "true"),
      bytes: this.#publishedBytes.labels(door),
    };
    // So that they are told from the start: the first increase of a counter that was not there is lost to whoever looks at rates.
    for (const counter of Object.values(counters)) counter.inc(0);
    return counters;
  }

  #counter(name: CountedName): Counter {
    const counter = new Counter(shapeOf(name, COUNTED[name], this.#registry));
    this.#counters.set(name, counter);
    return counter;
  }

  #histogram(name: CountedName): Histogram {
    const facts: MetricFacts = COUNTED[name];
    const buckets = [...(facts.buckets ?? [])];
    const histogram = new Histogram({ ...shapeOf(name, facts, this.#registry), buckets });
    this.#histograms.set(name, histogram);
    return histogram;
  }
}

interface DoorCounters {
  readonly first: Counter.Internal;
  readonly repeat: Counter.Internal;
  readonly bytes: Counter.Internal;
}

function shapeOf(name: string, { help, labels }: MetricFacts, registry: Registry) {
  return { name, help, labelNames: Object.keys(labels), registers: [registry] };
}
