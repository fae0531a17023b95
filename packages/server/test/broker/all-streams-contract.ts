import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Append } from "../../src/core/streams.ts";
import { HISTORY, type MakeHarness, publish, type StoreHarness } from "./store-harness.ts";

const PLAIN = { ...HISTORY, messages: 5 };

/** What every engine promises to those who listen by pattern: hearing of every channel, and finding streams and messages by time. */
export function allStreamsContract(name: string, make: MakeHarness): void {
  const contract = (sentence: string, body: (harness: StoreHarness) => Promise<void>) =>
    void test(sentence, async () => {
      const harness = await make();
      try {
        await body(harness);
      } finally {
        await harness.dispose();
      }
    });

  describe(`${name}: hearing of every channel`, () => {
    contract(
      "all appends are reported while it is asked for, stored or not",
      async ({ store, delivered }) => {
        await append(store, publish({ channel: "before" }));
        await store.streams.openAll();
        await append(
          store,
          publish({ channel: "a" }),
          publish({ channel: "b", history: null }),
          publish({ channel: "a" }),
        );
        store.streams.closeAll();
        await append(store, publish({ channel: "after" }));
        const places = delivered.map(({ channel, offset }) => `${channel} ${offset}`);
        assert.deepEqual(places.toSorted(), ["a 1", "a 2", "b null"]);
      },
    );

    contract(
      "the time that it gives lies before everything that is still to be reported",
      async ({ store, clock, delivered }) => {
        const before = clock.nowMs();
        const underWay = append(store, publish());
        clock.advance(1000);
        const time = await store.streams.openAll();
        const heard = delivered.length;
        await underWay;
        assert.ok(
          heard === 1 || time <= before,
          `${time} is later than an append that was reported afterwards`,
        );
        assert.equal(await store.streams.openAll(), clock.nowMs(), "now, when nothing is under way");
      },
    );
  });

  describe(`${name}: finding messages by time`, () => {
    contract(
      "the cursor stands before the first message with that time or a later one",
      async ({ store, clock }) => {
        const start = clock.nowMs();
        for (let index = 0; index < 4; index += 1) {
          await append(store, publish(), publish());
          clock.advance(100);
        }
        const cursorAt = async (timeMs: number) => (await locate(store, HISTORY, timeMs)).cursor;
        assert.deepEqual(
          await Promise.all(
            [0, start, start + 1, start + 100, start + 299, start + 300, start + 301].map(cursorAt),
          ),
          [0, 0, 2, 2, 6, 6, 8],
        );
      },
    );

    contract("a stream that was never written has nothing, and lacks nothing", async ({ store }) => {
      const head = await store.streams.catalogue.head("news", HISTORY);
      assert.deepEqual(await store.streams.locateTime("news", HISTORY, 0, head), {
        cursor: 0,
        missing: null,
      });
    });

    contract("says why messages of that time may be lost, and only then", async ({ store, clock }) => {
      const start = clock.nowMs();
      for (let index = 0; index < 8; index += 1) {
        await append(store, publish({ history: PLAIN }));
        clock.advance(10);
      }
      const at = (timeMs: number) => locate(store, PLAIN, timeMs);
      assert.deepEqual(await at(start), { cursor: 3, missing: "limit" });
      assert.deepEqual(await at(start + 31), { cursor: 4, missing: null }, "an older one is stored");
      await store.streams.purge("news", PLAIN);
      assert.deepEqual(await at(start + 70), { cursor: 8, missing: "purged" });
      assert.deepEqual(await at(start + 71), { cursor: 8, missing: null }, "nothing so new was ever written");
    });

    contract("what only its age has taken is no loss to a later time", async ({ store, clock }) => {
      const start = clock.nowMs();
      await append(store, publish());
      clock.advance(HISTORY.ttlMs - 10);
      await append(store, publish());
      clock.advance(20);
      assert.deepEqual(await locate(store, HISTORY, start), { cursor: 1, missing: "expired" });
      assert.deepEqual(await locate(store, HISTORY, start + 1000), { cursor: 1, missing: null });
    });
  });

  describe(`${name}: finding streams by time`, () => {
    contract(
      "gives the names with a prefix that were written since, page by page",
      async ({ store, clock }) => {
        const memory = { ...HISTORY, durable: false } as const;
        for (const channel of ["stock", "stock.A", "stock.B", "stocks", "other"])
          await append(store, publish({ channel }));
        clock.advance(1000);
        await append(
          store,
          publish({ channel: "stock.C", history: memory }),
          publish({ channel: "stock.B" }),
        );
        const { catalogue } = store.streams;
        const all = async (prefix: string, timeMs: number, limit: number) => {
          const names: string[] = [];
          for (let after: string | null = ""; after !== null; ) {
            const page = await catalogue.writtenSince(prefix, timeMs, after, limit);
            assert.ok(page.names.length <= 2 * limit);
            names.push(...page.names);
            after = page.next;
          }
          return names;
        };
        for (const limit of [1, 2, 100]) {
          assert.deepEqual(await all("stock", 0, limit), [
            "stock",
            "stock.A",
            "stock.B",
            "stock.C",
            "stocks",
          ]);
          assert.deepEqual(await all("stock.", clock.nowMs(), limit), ["stock.B", "stock.C"]);
          assert.deepEqual(await all("", clock.nowMs() + 1, limit), []);
        }
      },
    );
  });
}

async function append(store: StoreHarness["store"], ...batch: readonly Append[]): Promise<void> {
  for (const result of await store.streams.append(batch)) assert.ok(result.ok);
}

async function locate(store: StoreHarness["store"], history: typeof HISTORY, timeMs: number) {
  const head = await store.streams.catalogue.head("news", history);
  return store.streams.locateTime("news", history, timeMs, head);
}
