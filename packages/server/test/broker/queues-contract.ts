import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Queue, Queued } from "../../src/core/queue.ts";
import type { MakeHarness, StoreHarness } from "./store-harness.ts";

const NOTHING = { add: [], mark: [], unmark: [] } as const;

/** What every engine promises behind the port `Queues`. */
export function queuesContract(name: string, make: MakeHarness): void {
  const contract = (sentence: string, body: (harness: StoreHarness) => Promise<void>) =>
    void test(sentence, async () => {
      const harness = await make();
      try {
        await body(harness);
      } finally {
        await harness.dispose();
      }
    });

  describe(`${name}: queues`, () => {
    contract("events are read in the order in which they were put", async ({ store, clock }) => {
      const queue = store.queues.open("q");
      const timeMs = clock.nowMs();
      const puts = ["1", "2", "3"].map((json) => put(queue, json, timeMs));
      assert.deepEqual(await Promise.all(puts), [true, true, true]);
      assert.equal(await queue.put({ ...NOTHING, add: [event("4", timeMs), event("5", timeMs)] }), true);
      assert.deepEqual(texts(readAll(queue)), ["1", "2", "3", "4", "5"]);
      assert.deepEqual([queue.length, queue.bytes], [5, 5]);
      assert.ok(readAll(queue).every((one) => one.timeMs === timeMs));
    });

    contract("a page ends with its events or its bytes, and holds at least one", async ({ store }) => {
      const queue = store.queues.open("q");
      for (const json of ["aaaa", "bbbb", "cccc"]) await put(queue, json);
      assert.deepEqual(texts(queue.read(0, 2, 1000)), ["aaaa", "bbbb"]);
      assert.deepEqual(texts(queue.read(0, 10, 9)), ["aaaa", "bbbb"]);
      const [first] = queue.read(0, 10, 1);
      assert.equal(first?.json, "aaaa");
      assert.deepEqual(texts(queue.read(first?.sequence ?? 0, 10, 1000)), ["bbbb", "cccc"]);
      assert.deepEqual(queue.read(1000, 10, 1000), []);
    });

    contract("what was removed is gone, and what comes later has a higher sequence", async ({ store }) => {
      const queue = store.queues.open("q");
      await put(queue, "1");
      await put(queue, "2");
      const [one, two] = readAll(queue);
      assert.ok(one && two);
      queue.remove([one, two]);
      assert.deepEqual([queue.length, queue.bytes], [0, 0]);
      await put(queue, "3");
      const [three, ...more] = readAll(queue);
      assert.deepEqual([three?.json, more], ["3", []]);
      assert.ok((three?.sequence ?? 0) > two.sequence);
    });

    contract("a subject stays marked until its end is put", async ({ store }) => {
      const queue = store.queues.open("q");
      const long = `["member","${"x".repeat(3000)}"]`;
      await queue.put({ ...NOTHING, mark: ["a", "b", long] });
      await queue.put({ ...NOTHING, mark: ["b"] });
      await queue.put({ ...NOTHING, unmark: ["a", "unknown"] });
      assert.deepEqual(queue.marks().toSorted(), [long, "b"]);
    });

    contract("queues do not mix, and one can be dropped", async ({ store }) => {
      const [first, second] = [store.queues.open("first"), store.queues.open("second")];
      await first.put({ add: [event("1")], mark: ["m"], unmark: [] });
      await put(second, "2");
      assert.deepEqual(store.queues.names(), ["first", "second"]);
      assert.equal(await store.queues.drop("first"), true);
      assert.deepEqual(store.queues.names(), ["second"]);
      const again = store.queues.open("first");
      assert.deepEqual([readAll(again), again.marks(), again.length], [[], [], 0]);
      assert.deepEqual(texts(readAll(second)), ["2"]);
    });

    for (const ending of ["clean", "killed"] as const) {
      contract(`events and marks outlive a ${ending} end of the process`, async (harness) => {
        const { restart } = harness;
        if (restart === null) return;
        const before = harness.store.queues.open("q");
        await before.put({ add: [event("1"), event("2")], mark: ["m", "n"], unmark: [] });
        await before.put({ add: [event("3")], mark: [], unmark: ["n"] });
        await restart(ending);
        const after = harness.store.queues.open("q");
        assert.deepEqual(texts(readAll(after)), ["1", "2", "3"]);
        assert.deepEqual([after.marks(), after.length, after.bytes], [["m"], 3, 3]);
        await put(after, "4");
        assert.deepEqual(texts(readAll(after)), ["1", "2", "3", "4"]);
      });
    }

    contract("a closed store keeps nothing more and says so", async ({ store, restart }) => {
      if (restart === null) return;
      const queue = store.queues.open("q");
      await store.close();
      assert.equal(await put(queue, "1"), false);
      assert.deepEqual([queue.length, queue.bytes], [0, 0]);
    });
  });
}

function event(json: string, timeMs = 1): Omit<Queued, "sequence"> {
  return { timeMs, json };
}

function put(queue: Queue, json: string, timeMs = 1): Promise<boolean> {
  return queue.put({ ...NOTHING, add: [event(json, timeMs)] });
}

function readAll(queue: Queue): readonly Queued[] {
  return queue.read(0, 1000, 1e6);
}

function texts(events: readonly Queued[]): readonly string[] {
  return events.map(({ json }) => json);
}
