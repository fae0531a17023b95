import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Append } from "../../src/core/streams.ts";
import {
  HISTORY,
  type MakeHarness,
  makeLmdb,
  makeMemory,
  publish,
  type StoreHarness,
} from "./store-harness.ts";
import { StreamModel } from "./stream-model.ts";

const CHANNELS = ["a", "b"] as const;
const LIMITS = { maxIds: 4, keepMs: 5_000 };
const OPTIONS = { maxIdsPerChannel: LIMITS.maxIds, dedupeKeepMs: LIMITS.keepMs };
const RETENTION = { ...HISTORY, messages: 5, ttlMs: 3_000, bytes: 500 };

const publisher = fc.constantFrom(
  { kind: "api" } as const,
  { kind: "client", user: "u1", connection: "c1" } as const,
  { kind: "client", user: null, connection: "c2" } as const,
);
const append = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  from: publisher,
  id: fc.option(fc.constantFrom("x", "y", "z"), { nil: undefined }),
  size: fc.constantFrom(1, 10, 300),
});
const channel = fc.constantFrom(...CHANNELS);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      batches: fc.array(fc.array(append, { maxLength: 8 }), { maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: -500, max: 2_500 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      channel,
      order: fc.constantFrom("asc" as const, "desc" as const),
      bound: fc.integer({ min: 0, max: 40 }),
      head: fc.integer({ min: 0, max: 40 }),
      maxMessages: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("purge" as const), channel }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("restart" as const),
      ending: fc.constantFrom("clean" as const, "killed" as const),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Drives a store and the model through the same steps and compares whatever can be seen. */
class Comparison {
  readonly #harness: StoreHarness;
  readonly #models = new Map<string, StreamModel>(CHANNELS.map((name) => [name, new StreamModel(LIMITS)]));
  #made = 0;

  constructor(harness: StoreHarness) {
    this.#harness = harness;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const name of CHANNELS) await this.#harness.store.streams.open(name, RETENTION);
    for (const next of steps) {
      await this.#take(next);
      await this.#compare();
    }
    this.#compareDelivered();
  }

  async #take(next: Step): Promise<void> {
    const { store, clock, restart } = this.#harness;
    if (next.do === "append") await this.#append(next.batches);
    else if (next.do === "wait") clock.advance(next.ms);
    else if (next.do === "sweep") await store.sweep();
    else if (next.do === "purge") {
      await store.streams.purge(next.channel, RETENTION);
      this.#model(next.channel).purge();
    } else if (next.do === "restart") {
      if (restart === null) return;
      await restart(next.ending);
      for (const name of CHANNELS) await this.#harness.store.streams.open(name, RETENTION);
    } else {
      const query = { ...next, history: RETENTION, maxBytes: 1e9 };
      const page = await store.streams.read(query);
      const expected = this.#model(next.channel).read(query, clock.nowMs());
      assert.deepEqual(page.messages.map(seen), expected.messages);
      assert.equal(page.earliest, expected.earliest);
    }
  }

  /** All batches at once: the order in which they are handed over is the order of the stream. */
  async #append(
    batches: readonly (readonly {
      channel: string;
      from: Append["from"];
      id: string | undefined;
      size: number;
    }[])[],
  ) {
    const { store, clock } = this.#harness;
    const made = batches.map((batch) =>
      batch.map(({ channel: name, from, id, size }) =>
        publish({
          channel: name,
          history: RETENTION,
          from,
          dataJson: JSON.stringify(`${++this.#made}`.padEnd(size)),
          ...(id === undefined ? {} : { id }),
        }),
      ),
    );
    const before = new Map<string, string>();
    for (const name of CHANNELS)
      before.set(name, (await store.streams.catalogue.head(name, RETENTION)).epoch);
    const results = await Promise.all(made.map((batch) => store.streams.append(batch)));
    for (const [index, batch] of made.entries()) {
      const expected = batch.map((item) => {
        const epoch = before.get(item.channel) ?? "";
        return {
          ok: true,
          id: item.id,
          ...this.#model(item.channel).append(item, RETENTION, epoch, clock.nowMs()),
        };
      });
      assert.deepEqual(results[index], expected);
    }
  }

  async #compare(): Promise<void> {
    const { store, clock } = this.#harness;
    for (const name of CHANNELS) {
      const model = this.#model(name);
      const head = await store.streams.catalogue.head(name, RETENTION);
      assert.equal(head.offset, model.head, "heads are equal");
      const unread = await store.streams.catalogue.unread(name, RETENTION, "u1", 1, model.head);
      assert.equal(
        unread,
        model.unread("u1", RETENTION, 1, model.head, clock.nowMs()),
        "unread counts are equal",
      );
    }
  }

  #compareDelivered(): void {
    for (const name of CHANNELS) {
      const offsets = this.#harness.delivered
        .filter((message) => message.channel === name)
        .map((message) => message.offset);
      assert.deepEqual(
        offsets,
        Array.from({ length: this.#model(name).head }, (_, index) => index + 1),
        "each message was delivered once, in order",
      );
    }
  }

  #model(name: string): StreamModel {
    const model = this.#models.get(name);
    assert.ok(model !== undefined);
    return model;
  }
}

function seen({
  offset,
  epoch,
  timeMs,
  dataJson,
  from,
}: {
  offset: number | null;
  epoch: string | null;
  timeMs: number;
  dataJson: string;
  from: Append["from"];
}) {
  return { offset, epoch, timeMs, dataJson, from };
}

for (const [name, make, numRuns] of [
  ["memory", makeMemory, 300],
  ["lmdb", makeLmdb, 60],
] as [string, MakeHarness, number][]) {
  test(`${name}: whatever is appended, trimmed, purged, restarted and read, the store agrees with the model`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const harness = await make(OPTIONS);
        try {
          await new Comparison(harness).run(steps);
        } finally {
          await harness.dispose();
        }
      }),
      { numRuns },
    );
  });
}
