import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_LATEST_KEYS, MAX_LATEST_SIZE } from "../../src/core/latest-values.ts";
import type { Append } from "../../src/core/streams.ts";
import { HISTORY, type MakeHarness, publish, type StoreHarness } from "./store-harness.ts";
import { append, offsets, range } from "./streams-contract.ts";

const DAY_MS = 86_400_000;

/** What every engine promises about the last value of each key. */
export function lastValuesContract(name: string, make: MakeHarness): void {
  const contract = (sentence: string, body: (harness: StoreHarness) => Promise<void>) =>
    void test(sentence, async () => {
      const harness = await make();
      try {
        await body(harness);
      } finally {
        await harness.dispose();
      }
    });

  describe(`${name}: last values`, () => {
    contract("are the newest message of each key, as it was published", async ({ store, clock }) => {
      const from = { kind: "client", user: "ü1", connection: "c1" } as const;
      await append(store, last("ACME", 1), last("WIDG", 2), last(null, 3), last("ACME", 4, { from }));
      await append(store, last("WIDG", 5), publish({ key: "GEAR", dataJson: "6" }));
      assert.deepEqual(await values(store), { ACME: "4", WIDG: "5", "": "3" });
      const kept = await store.streams.lastValues("news", HISTORY);
      const [stored] = (await read(store)).filter(({ offset }) => offset === 4);
      assert.deepEqual(
        kept.find(({ key }) => key === "ACME"),
        stored,
      );
      assert.equal(stored?.timeMs, clock.nowMs());
    });

    contract("of a channel that was never written, or kept none, are none", async ({ store }) => {
      await append(store, publish({ key: "ACME" }));
      assert.deepEqual(await values(store), {});
      assert.deepEqual(await store.streams.lastValues("other", HISTORY), []);
      assert.deepEqual(await store.streams.lastValues("other", null), []);
    });

    contract("a repeat changes none", async ({ store }) => {
      await append(store, last("ACME", 1, { id: "a", chosenId: true }), last("ACME", 2));
      await append(store, last("ACME", 1, { id: "a", chosenId: true }));
      assert.deepEqual(await values(store), { ACME: "2" });
    });

    contract("outlive messages that are trimmed or have expired", async ({ store, clock }) => {
      const history = { ...HISTORY, messages: 2, ttlMs: 1000 };
      await append(store, ...range(1, 5).map((n) => last(`k${n}`, n, { history })));
      assert.deepEqual(await offsets(store, { history }), [4, 5]);
      clock.advance(2000);
      await store.sweep();
      assert.deepEqual(await offsets(store, { history }), []);
      assert.deepEqual(await values(store), { k1: "1", k2: "2", k3: "3", k4: "4", k5: "5" });
    });

    contract("are forgotten by a purge, and begin anew after it", async ({ store }) => {
      await append(store, last("ACME", 1), last("WIDG", 2));
      await store.streams.purge("news", HISTORY);
      assert.deepEqual(await values(store), {});
      await append(store, last("WIDG", 3));
      assert.deepEqual(await values(store), { WIDG: "3" });
    });

    contract("are forgotten with the stream, 30 days after its last message", async ({ store, clock }) => {
      await append(store, last("ACME", 1));
      clock.advance(2 * DAY_MS);
      await store.sweep();
      assert.deepEqual(await values(store), { ACME: "1" });
      for (const _ of range(1, 4)) {
        clock.advance(30 * DAY_MS);
        await store.sweep();
      }
      assert.deepEqual(await values(store), {});
    });

    contract(
      "without history are kept in memory, for a day after the last publish",
      async ({ store, clock }) => {
        await append(store, last("ACME", 1, { history: null }), last("ACME", 2, { history: null }));
        assert.deepEqual(await values(store, null), { ACME: "2" });
        clock.advance(DAY_MS - 1);
        await store.sweep();
        assert.deepEqual(await values(store, null), { ACME: "2" });
        clock.advance(1);
        await store.sweep();
        assert.deepEqual(await values(store, null), {});
      },
    );

    contract("of too many keys the tenth that was written longest ago is forgotten", async ({ store }) => {
      const keys = range(1, MAX_LATEST_KEYS);
      await append(store, ...keys.map((n) => last(`k${n}`, n)));
      // Written again, so that it is not among the oldest.
      await append(store, last("k1", 0));
      assert.equal(Object.keys(await values(store)).length, MAX_LATEST_KEYS);
      await append(store, last("one more", 0));
      const kept = await values(store);
      const forgotten = Math.ceil((MAX_LATEST_KEYS + 1) / 10);
      assert.equal(Object.keys(kept).length, MAX_LATEST_KEYS + 1 - forgotten);
      assert.ok("k1" in kept && "one more" in kept);
      assert.ok(!("k2" in kept) && !(`k${forgotten + 1}` in kept) && `k${forgotten + 2}` in kept);
    });

    contract("that are too large together make room in the same way", async ({ store }) => {
      const dataJson = JSON.stringify("x".repeat(MAX_LATEST_SIZE / 8));
      for (const n of range(1, 9)) await append(store, last(`k${n}`, n, { dataJson }));
      assert.deepEqual(
        Object.keys(await values(store)).toSorted(),
        range(3, 9).map((n) => `k${n}`),
      );
    });

    contract("survive a restart, also one that comes as `kill -9`", async (harness) => {
      const { restart } = harness;
      if (restart === null) return;
      await append(harness.store, last("ACME", 1), last("WIDG", 2));
      await restart("killed");
      assert.deepEqual(await values(harness.store), { ACME: "1", WIDG: "2" });
      await append(harness.store, last("ACME", 3));
      await restart("clean");
      assert.deepEqual(await values(harness.store), { ACME: "3", WIDG: "2" });
      await harness.store.streams.purge("news", HISTORY);
      await restart("killed");
      assert.deepEqual(await values(harness.store), {});
    });
  });
}

function last(key: string | null, value: number, parts: Partial<Append> = {}): Append {
  return publish({ key, dataJson: `${value}`, keepsLast: true, id: `m${value}`, chosenId: false, ...parts });
}

async function values(
  store: StoreHarness["store"],
  history: typeof HISTORY | null = HISTORY,
): Promise<Readonly<Record<string, string>>> {
  const kept = await store.streams.lastValues("news", history);
  return Object.fromEntries(kept.map(({ key, dataJson }) => [key ?? "", dataJson]));
}

async function read(store: StoreHarness["store"]) {
  const query = { channel: "news", history: HISTORY, bound: 0, order: "asc", head: 1e9 } as const;
  return (await store.streams.read({ ...query, maxMessages: 1000, maxBytes: 1e9 })).messages;
}
