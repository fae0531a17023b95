import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { API_PUBLISHER } from "../../src/core/message.ts";
import { CoreWorld, HISTORY } from "../support/core-world.ts";
import { lineEncoding } from "../support/fake-outbox.ts";
import { LatestReader } from "../support/latest-reader.ts";

const CHANNEL = "stock";
const KEYS = ["ACME", "WIDG", "", "GEAR"] as const;
const READERS = 4;
/** The longest interval of the rates used here, and then some. */
const LONG_MS = 1500;

type Step =
  | { readonly does: "publish"; readonly key: number; readonly exclude: number | null }
  | { readonly does: "pass"; readonly durationMs: number }
  | { readonly does: "drain" | "leave"; readonly reader: number }
  | { readonly does: "join" | "rate"; readonly reader: number; readonly maxRate: number | null }
  | { readonly does: "rule"; readonly maxRate: number };

const reader = fc.nat(READERS - 1);
const maxRate = fc.constantFrom(1, 2, 3.7, 5, 10);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        does: fc.constant("publish" as const),
        key: fc.nat(KEYS.length - 1),
        exclude: fc.option(reader, { freq: 2 }),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        does: fc.constant("pass" as const),
        durationMs: fc.integer({ min: 1, max: 40 }).map((ticks) => ticks * 10),
      }),
    },
    { weight: 4, arbitrary: fc.record({ does: fc.constant("drain" as const), reader }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("leave" as const), reader }) },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constant("join" as const),
        reader,
        maxRate: fc.option(maxRate),
      }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("rate" as const), reader, maxRate }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("rule" as const), maxRate }) },
  ),
  { minLength: 10, maxLength: 80 },
);

/** A channel, its readers, and what has been published to it: a number that grows, whatever the key. */
class Run {
  rate = 5;
  readonly world: CoreWorld;
  readonly readers: readonly LatestReader[];
  /** For each reader, the newest value of each key that is for it, of those published while nothing newer excluded it. */
  readonly #newest = new Map<string, { readonly value: number; readonly exclude: string | null }[]>();
  #published = 0;

  constructor(isStored: boolean) {
    const history = isStored ? HISTORY : null;
    this.world = new CoreWorld(() => ({ history, deliver: "latest", maxRate: this.rate }));
    const encodings = [lineEncoding(300), lineEncoding(300)] as const;
    // Two have always room, of two encodings; two are overrun by a few messages.
    const limits = [Infinity, Infinity, 1000, 500];
    this.readers = limits.map((limit, index) => {
      return new LatestReader(this.world, CHANNEL, encodings[index % 2 === 0 ? 0 : 1], limit);
    });
  }

  async take(step: Step): Promise<void> {
    switch (step.does) {
      case "publish":
        return this.#publish(KEYS[step.key] ?? "", step.exclude);
      case "pass":
        return this.world.pass(step.durationMs);
      case "drain":
        return this.#reader(step.reader).drain();
      case "leave":
        return this.#leave(step.reader);
      case "join":
        return this.#join(step.reader, step.maxRate);
      case "rate":
        return this.#changeRate(step.reader, step.maxRate ?? this.rate);
      case "rule":
        return this.#changeRule(step.maxRate);
    }
  }

  /** Lets everything arrive, and looks whether everybody has the last value of each key. */
  finish(): void {
    for (const _ of KEYS) {
      this.world.pass(LONG_MS);
      for (const one of this.readers) if (one.isSubscribed) one.drain();
    }
    this.world.pass(LONG_MS);
    assert.equal(this.world.wheel.size, 0, "nothing waits for its time when all is quiet");
    assert.deepEqual(this.world.reported, []);
    for (const one of this.readers) if (one.isSubscribed) this.#checkLast(one);
  }

  #checkLast(one: LatestReader): void {
    one.read();
    one.checkRate();
    for (const [key, values] of this.#newest) {
      const last = values.at(-1);
      // Whom the last value excludes may have an older one, or none.
      if (last === undefined || last.exclude === one.session.connection) continue;
      assert.equal(one.values.get(key), last.value, `the last value of ${key}`);
    }
  }

  #reader(index: number): LatestReader {
    const one = this.readers[index];
    assert.ok(one);
    return one;
  }

  async #publish(key: string, exclude: number | null): Promise<void> {
    this.#published += 1;
    const value = this.#published;
    const excluded = exclude === null ? null : this.#reader(exclude).session.connection;
    const rest = { id: null, priority: null, exclude: excluded, door: "http", from: API_PUBLISHER } as const;
    await this.world.publishing.publish({
      channel: CHANNEL,
      dataJson: `${value}`,
      key: key === "" ? null : key,
      ...rest,
    });
    this.#newest.set(key, [...(this.#newest.get(key) ?? []), { value, exclude: excluded }]);
    this.world.endTurn();
  }

  async #join(index: number, asked: number | null): Promise<void> {
    const one = this.#reader(index);
    if (one.isSubscribed) return;
    await one.subscribe(asked === null ? null : { maxRate: asked });
  }

  #leave(index: number): void {
    const one = this.#reader(index);
    if (!one.isSubscribed) return;
    one.read();
    one.checkRate();
    one.unsubscribe();
  }

  #changeRate(index: number, asked: number): void {
    const one = this.#reader(index);
    if (!one.isSubscribed) return;
    one.move();
    const refusal = this.world.subscribing.changeWishes(one.session, CHANNEL, { maxRate: asked }, 7);
    assert.equal(refusal, null);
    this.world.endTurn();
  }

  #changeRule(rate: number): void {
    for (const one of this.readers) if (one.isSubscribed) one.move();
    this.rate = rate;
    this.world.forgetOptions();
    this.world.hub.reconfigure();
    this.world.endTurn();
  }
}

describe("deliver: latest against a model", () => {
  for (const isStored of [true, false]) {
    test(`the last value of each key arrives, none twice or out of order, and none too soon, ${isStored ? "with" : "without"} history`, async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (script) => {
          const run = new Run(isStored);
          for (const step of script) await run.take(step);
          run.finish();
        }),
        { numRuns: 150, includeErrorInReport: true },
      );
    });
  }
});
