import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CoreWorld, HISTORY } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";
import { ModelReader } from "../support/model-reader.ts";

const CHANNEL = "news";
/** So large that the ring of 256 KB has 32. */
const FRAME_BYTES = 8192;
const PAGE_MESSAGES = 8;
const PAGE_BYTES = PAGE_MESSAGES * FRAME_BYTES;
const LIMIT_BYTES = 64 * 1024;
const LOW_WATER_BYTES = 16 * 1024;
/** What small frames, such as positions, may add. */
const SMALL_BYTES = 16 * 1024;
const KEPT: typeof HISTORY = { ...HISTORY, messages: 40, ttlMs: 60_000 };
const READERS = 3;
const TICK_MS = 100;

type Step =
  | {
      readonly does: "publish";
      readonly count: number;
      readonly exclude: number | null;
      readonly reports: boolean;
    }
  | { readonly does: "drain" | "reconnect" | "lose" | "resubscribe" | "beat"; readonly reader: number }
  | { readonly does: "endTurn" | "breathe" | "purge" | "answerRead" | "failRead" | "retry" | "emptyRings" }
  | { readonly does: "holdReads"; readonly holds: boolean }
  | { readonly does: "pageSize" | "trim" | "wait"; readonly amount: number };

const reader = fc.nat(READERS - 1);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        does: fc.constant("publish" as const),
        count: fc.integer({ min: 1, max: 12 }),
        exclude: fc.option(reader, { freq: 3 }),
        reports: fc.nat(5).map((number) => number > 0),
      }),
    },
    { weight: 6, arbitrary: fc.constant({ does: "endTurn" as const }) },
    { weight: 4, arbitrary: fc.constant({ does: "breathe" as const }) },
    { weight: 6, arbitrary: fc.record({ does: fc.constant("drain" as const), reader }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("reconnect" as const), reader }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("lose" as const), reader }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("resubscribe" as const), reader }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("beat" as const), reader }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("holdReads" as const), holds: fc.boolean() }) },
    { weight: 4, arbitrary: fc.constant({ does: "answerRead" as const }) },
    { weight: 1, arbitrary: fc.constant({ does: "failRead" as const }) },
    { weight: 1, arbitrary: fc.constant({ does: "retry" as const }) },
    { weight: 1, arbitrary: fc.constant({ does: "purge" as const }) },
    { weight: 1, arbitrary: fc.constant({ does: "emptyRings" as const }) },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant("pageSize" as const),
        amount: fc.integer({ min: 1, max: PAGE_MESSAGES }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant("trim" as const), amount: fc.integer({ min: 1, max: 20 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        does: fc.constant("wait" as const),
        amount: fc.integer({ min: 1, max: 60_000 }),
      }),
    },
  ),
  { minLength: 20, maxLength: 120 },
);

/** One run: readers of a channel, and what happens to it. */
class Run {
  readonly world: CoreWorld;
  readonly readers: readonly ModelReader[];
  readonly #outboxes: FakeOutbox[] = [];
  readonly #windowMs: number;
  /** What is published in a turn, or in a window, leaves together. */
  #turnBytes = 0;
  #mostTurnBytes = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.world = new CoreWorld(() => ({ history: KEPT, windowMs }));
    this.world.streams.pageMessages = PAGE_MESSAGES;
    // Two of one encoding, which share bytes, and one of another.
    const shared = lineEncoding(FRAME_BYTES);
    const encodings = [shared, shared, lineEncoding(FRAME_BYTES)];
    this.readers = encodings.map((encoding) => {
      const makeOutbox = (): FakeOutbox => {
        const outbox = new FakeOutbox(encoding, LIMIT_BYTES, LOW_WATER_BYTES);
        this.#outboxes.push(outbox);
        return outbox;
      };
      return new ModelReader(this.world, CHANNEL, KEPT, makeOutbox);
    });
  }

  async take(one: Step): Promise<void> {
    const { world } = this;
    switch (one.does) {
      case "publish":
        return this.#publish(one.count, this.#connectionOf(one.exclude), one.reports);
      case "endTurn":
        if (this.#windowMs === 0) this.#turnBytes = 0;
        return world.endTurn();
      case "breathe":
        return world.breathe();
      case "drain":
        return this.readers[one.reader]?.drain();
      case "reconnect":
        return this.readers[one.reader]?.reconnect(true);
      case "lose":
        return this.readers[one.reader]?.reconnect(false);
      case "resubscribe":
        return this.readers[one.reader]?.resubscribe();
      case "beat": {
        const session = this.readers[one.reader]?.session;
        return session === undefined ? undefined : world.catchUp.reportTails(session);
      }
      case "holdReads":
        world.streams.holdsReads = one.holds;
        return;
      case "answerRead":
        return void world.streams.answerRead();
      case "failRead":
        return world.streams.failRead();
      case "retry":
        return world.catchUp.retry();
      case "purge":
        return void (await world.reading.purge(CHANNEL));
      case "emptyRings":
        return world.hub.get(CHANNEL)?.clearRings();
      case "pageSize":
        world.streams.pageMessages = one.amount;
        return;
      case "trim":
        return world.streams.trim(CHANNEL, one.amount);
      case "wait":
        world.clock.advance(one.amount);
        world.wheel.advance();
        if (one.amount < this.#windowMs) return;
        this.#turnBytes = 0;
        return world.endTurn();
    }
  }

  /** Publishes a last message, which is not for the first reader, and lets everybody read all there is. */
  async finish(): Promise<void> {
    const { world } = this;
    world.streams.holdsReads = false;
    await this.#publish(1, this.#connectionOf(0), true);
    for (let round = 0; round < 200; round += 1) {
      while (world.streams.answerRead());
      world.catchUp.retry();
      world.clock.advance(TICK_MS);
      world.wheel.advance();
      await world.settle();
      for (const one of this.readers) one.drain();
    }
    for (const one of this.readers) {
      world.catchUp.reportTails(one.session);
      one.drain();
    }
  }

  check(): void {
    const head = this.world.streams.headOf(CHANNEL);
    for (const [index, one] of this.readers.entries()) {
      assert.deepEqual(one.position, head, `reader ${index} has everything, and says so`);
      assert.ok(one.isLive, `reader ${index} is live at the head`);
    }
    assert.deepEqual(this.world.reported, [], "nothing failed inside");
    const bound = Math.max(LIMIT_BYTES, LOW_WATER_BYTES + PAGE_BYTES) + this.#mostTurnBytes + SMALL_BYTES;
    for (const { peakBytes } of this.#outboxes) {
      assert.ok(peakBytes <= bound, `${peakBytes} bytes waited for one client, ${bound} are the bound`);
    }
  }

  async #publish(count: number, exclude: string | null, reports: boolean): Promise<void> {
    this.world.streams.reports = reports;
    await Promise.all(
      Array.from({ length: count }, (_, index) => this.world.publish(CHANNEL, index, exclude)),
    );
    this.#turnBytes += count * FRAME_BYTES;
    this.#mostTurnBytes = Math.max(this.#mostTurnBytes, this.#turnBytes);
  }

  #connectionOf(index: number | null): string | null {
    return index === null ? null : (this.readers[index]?.session.connection ?? null);
  }
}

describe("delivery, against a model of what a client may rely on", () => {
  for (const windowMs of [0, 300]) {
    const within = windowMs === 0 ? "" : ", with what comes within a window joined";
    test(`whatever happens, each offset comes once and in order, or is named by a gap${within}`, async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (taken) => {
          const run = new Run(windowMs);
          for (const one of taken) await run.take(one);
          await run.finish();
          run.check();
        }),
        { numRuns: 100 },
      );
    });
  }
});
