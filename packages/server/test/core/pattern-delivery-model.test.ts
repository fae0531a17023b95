import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CoreWorld } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";
import { PatternReader } from "../support/pattern-reader.ts";

const FRAME_BYTES = 1024;
const LIMIT_BYTES = 8 * 1024;
const LOW_WATER_BYTES = 2 * 1024;
const CHANNELS = ["stock.a", "stock.b", "stock.c.d", "stock", "news"];
/** What the readers hold beside the pattern that they keep. */
const OTHERS = ["stock.a", "news", "stock.**", "*", "stock.*.d"];

type Step =
  | { readonly does: "publish"; readonly channel: string; readonly count: number }
  | { readonly does: "toggle"; readonly reader: number; readonly name: string }
  | { readonly does: "drain" | "reconnect"; readonly reader: number }
  | { readonly does: "endTurn" | "breathe" | "answerRead" | "tick" }
  | { readonly does: "holdReads"; readonly holds: boolean };

const reader = fc.nat(1);
const simple = <Does extends string>(does: Does) => fc.constant({ does });
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        does: fc.constant("publish" as const),
        channel: fc.constantFrom(...CHANNELS),
        count: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant("toggle" as const),
        reader,
        name: fc.constantFrom(...OTHERS),
      }),
    },
    { weight: 5, arbitrary: fc.record({ does: fc.constant("drain" as const), reader }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("reconnect" as const), reader }) },
    { weight: 5, arbitrary: simple("endTurn" as const) },
    { weight: 5, arbitrary: simple("breathe" as const) },
    { weight: 3, arbitrary: simple("answerRead" as const) },
    { weight: 3, arbitrary: simple("tick" as const) },
    { weight: 1, arbitrary: fc.record({ does: fc.constant("holdReads" as const), holds: fc.boolean() }) },
  ),
  { minLength: 10, maxLength: 80 },
);

class Run {
  readonly world = new CoreWorld(() => ({ patterns: true }));
  readonly readers: readonly PatternReader[];

  constructor() {
    this.world.clock.advance(1_000_000);
    this.world.streams.pageMessages = 3;
    const shared = lineEncoding(FRAME_BYTES);
    const makeOutbox = (): FakeOutbox => new FakeOutbox(shared, LIMIT_BYTES, LOW_WATER_BYTES);
    this.readers = ["stock.**", "stock.*"].map((kept) => new PatternReader(this.world, kept, makeOutbox));
  }

  async take(one: Step): Promise<void> {
    const { world } = this;
    switch (one.does) {
      case "publish":
        await Promise.all(Array.from({ length: one.count }, (_, index) => world.publish(one.channel, index)));
        return;
      case "toggle":
        return this.readers[one.reader]?.toggle(one.name);
      case "drain":
        return this.readers[one.reader]?.drain();
      case "reconnect":
        return this.readers[one.reader]?.reconnect();
      case "endTurn":
        return world.endTurn();
      case "breathe":
        return world.breathe();
      case "answerRead":
        return void world.streams.answerRead();
      case "tick":
        return world.clock.advance(1);
      case "holdReads":
        world.streams.holdsReads = one.holds;
        return;
    }
  }

  async finish(): Promise<void> {
    const { world } = this;
    world.streams.holdsReads = false;
    for (let round = 0; round < 60; round += 1) {
      while (world.streams.answerRead());
      await world.settle();
      for (const one of this.readers) one.drain();
    }
  }

  /** Everything of the kept pattern since it began has come; more than that may have come by other ways, but never twice. */
  check(): void {
    assert.deepEqual(this.world.reported, [], "nothing failed inside");
    for (const one of this.readers) {
      const { timeMs } = one;
      assert.ok(timeMs !== null, "the pattern took effect");
      for (const channel of CHANNELS.filter((name) => one.keeps(name))) {
        const head = this.world.streams.headOf(channel).offset;
        const due: readonly number[] = Array.from({ length: head }, (_, index) => index + 1).filter(
          (offset) => (this.world.streams.messageAt(channel, offset)?.timeMs ?? 0) > timeMs,
        );
        const came = one.offsets.get(channel) ?? [];
        const missing = due.filter((offset) => !came.includes(offset));
        assert.deepEqual(missing, [], `${channel} since ${timeMs}`);
      }
    }
  }
}

describe("delivery by names and patterns that overlap", () => {
  test("each message comes once and in order, however its channel is held, and across reconnects", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const run = new Run();
        for (const one of taken) await run.take(one);
        await run.finish();
        run.check();
      }),
      { numRuns: 150 },
    );
  });
});
