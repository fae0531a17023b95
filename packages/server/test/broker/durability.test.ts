import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { describe, test } from "node:test";
import type { Durability } from "../../src/config/channel-options.ts";
import { HISTORY, makeLmdb, openIn, publish, type StoreHarness, temporaryFolder } from "./store-harness.ts";
import { append, headOf, offsets, range, read } from "./streams-contract.ts";

const rule = (durable: Durability) => ({ ...HISTORY, durable });

function onLmdb(
  sentence: string,
  body: (harness: StoreHarness & { restart: NonNullable<StoreHarness["restart"]> }) => Promise<void>,
): void {
  void test(sentence, async () => {
    const harness = await makeLmdb();
    try {
      assert.ok(harness.restart !== null);
      await body(Object.assign(harness, { restart: harness.restart }));
    } finally {
      await harness.dispose();
    }
  });
}

describe("after a restart", () => {
  for (const ending of ["clean", "killed"] as const) {
    onLmdb(`a stream of durability disk goes on where it was (${ending} stop)`, async (harness) => {
      await append(harness.store, publish(), publish({ id: "a" }), publish());
      const before = await headOf(harness.store);
      await harness.restart(ending);
      assert.deepEqual(await headOf(harness.store), before);
      assert.deepEqual(await offsets(harness.store, {}), [1, 2, 3]);
      const [repeat, next] = await append(harness.store, publish({ id: "a" }), publish());
      assert.deepEqual([repeat?.offset, repeat?.duplicate], [2, true], "message ids survive");
      assert.deepEqual([next?.epoch, next?.offset], [before.epoch, 4]);
    });

    onLmdb(`cursors and unread counts survive (${ending} stop)`, async (harness) => {
      const mine = { from: { kind: "client", user: "u1", connection: "c1" } } as const;
      await append(harness.store, publish(), publish(mine), publish());
      await harness.store.cursors.advance("u1", "news", 1);
      await harness.restart(ending);
      assert.equal(await harness.store.cursors.get("u1", "news"), 1);
      assert.equal(await harness.store.streams.catalogue.unread("news", HISTORY, "u1", 1, 3), 1);
    });
  }

  onLmdb("a stream of durability process keeps its epoch only when the stop was clean", async (harness) => {
    const history = rule("process");
    await append(harness.store, publish({ history }), publish({ history }));
    const before = await headOf(harness.store, "news", history);
    await harness.restart("clean");
    assert.deepEqual(await headOf(harness.store, "news", history), before);
    await harness.restart("killed");
    const after = await headOf(harness.store, "news", history);
    assert.equal(after.offset, 2);
    assert.notEqual(after.epoch, before.epoch);
    const locate = (offset: number) =>
      harness.store.streams.locate("news", history, before.epoch, offset, after);
    assert.deepEqual(
      await locate(2),
      { cursor: 2, diverged: false, earliest: 1 },
      "nothing that exists was missed",
    );
    assert.deepEqual(await locate(3), { cursor: 2, diverged: true, earliest: 1 }, "offset 3 was lost");
    const [next] = await append(harness.store, publish({ history }));
    assert.deepEqual([next?.epoch, next?.offset], [after.epoch, 3]);
    const page = await read(harness.store, { history });
    assert.deepEqual(
      page.messages.map((message) => message.epoch),
      [before.epoch, before.epoch, after.epoch],
    );
  });

  onLmdb("every unclean stop is told apart, written in between or not", async (harness) => {
    const history = rule("process");
    await append(harness.store, publish({ history }));
    const epochs = [(await headOf(harness.store, "news", history)).epoch];
    for (const _ of range(1, 3)) {
      await harness.restart("killed");
      epochs.push((await headOf(harness.store, "news", history)).epoch);
    }
    assert.equal(new Set(epochs).size, 4);
    const head = await headOf(harness.store, "news", history);
    for (const epoch of epochs) {
      const located = await harness.store.streams.locate("news", history, epoch, 1, head);
      assert.deepEqual(
        located,
        { cursor: 1, diverged: false, earliest: 1 },
        "no position at the head is lost",
      );
    }
  });

  onLmdb("offset 0 of a stream that was never written still means `earliest`", async (harness) => {
    const before = await headOf(harness.store);
    await harness.restart("killed");
    await append(harness.store, publish());
    const head = await headOf(harness.store);
    const located = await harness.store.streams.locate("news", HISTORY, before.epoch, 0, head);
    assert.deepEqual(located, { cursor: 0, diverged: false, earliest: 1 });
  });

  onLmdb("a stream in memory is gone, and its positions are unknown", async (harness) => {
    const history = rule(false);
    await append(harness.store, publish({ history }), publish({ history }));
    const before = await headOf(harness.store, "news", history);
    assert.deepEqual(await harness.store.streams.catalogue.names("", 10), ["news"]);
    await harness.restart("clean");
    const after = await headOf(harness.store, "news", history);
    assert.equal(after.offset, 0);
    assert.notEqual(after.epoch, before.epoch);
    const located = await harness.store.streams.locate("news", history, before.epoch, 2, after);
    assert.equal(located.diverged, true);
  });

  test("a store whose folder was deleted begins with another epoch", async () => {
    const folder = temporaryFolder();
    let count = 0;
    const randomId = () => `made-${++count}`;
    try {
      const first = await openIn(folder.path, { randomId });
      await append(first, publish());
      const before = await headOf(first);
      await first.close();
      rmSync(folder.path, { recursive: true });
      const second = await openIn(folder.path, { randomId });
      const after = await headOf(second);
      await second.close();
      assert.equal(after.offset, 0);
      assert.notEqual(after.epoch, before.epoch);
    } finally {
      folder.remove();
    }
  });
});

describe("when the rule changes", () => {
  onLmdb("a stream that moves between disk and memory never uses a position twice", async (harness) => {
    const { store } = harness;
    const seen = new Set<string>();
    let expected = 0;
    for (const durable of ["disk", false, "process", false, "disk", "process"] as const) {
      for (const result of await append(
        store,
        publish({ history: rule(durable) }),
        publish({ history: rule(durable) }),
      )) {
        assert.equal(result.offset, ++expected, "offsets never start again");
        const position = `${result.epoch}:${result.offset}`;
        assert.ok(!seen.has(position));
        seen.add(position);
      }
      const head = await headOf(store, "news", rule(durable));
      assert.equal(head.offset, expected);
    }
  });

  onLmdb("a position from before the move goes on without a gap of epochs", async ({ store }) => {
    const [first] = await append(store, publish());
    const history = rule(false);
    await append(store, publish({ history }));
    const head = await headOf(store, "news", history);
    const located = await store.streams.locate("news", history, first?.epoch ?? "", 1, head);
    assert.deepEqual(located, { cursor: 1, diverged: false, earliest: 2 });
    assert.deepEqual(await offsets(store, { history }), [2], "what was stored on disk is forgotten");
    assert.equal((await read(store, { history })).missing, "purged");
  });

  onLmdb("an open channel is reported wherever it is kept", async ({ store, delivered }) => {
    await store.streams.open("news", HISTORY);
    await append(store, publish());
    await append(store, publish({ history: rule(false) }));
    await append(store, publish({ history: null }));
    await append(store, publish({ history: rule("process") }));
    assert.deepEqual(
      delivered.map((message) => message.offset),
      [1, 2, null, 3],
    );
  });

  onLmdb(
    "a stream that was in memory when the process ended goes on after its last offset on disk, under a new epoch",
    async (harness) => {
      const [first] = await append(harness.store, publish());
      const [volatile] = await append(harness.store, publish({ history: rule(false) }));
      await harness.restart("killed");
      const [next] = await append(harness.store, publish());
      assert.equal(next?.offset, 2);
      assert.equal(new Set([first?.epoch, volatile?.epoch, next?.epoch]).size, 3);
    },
  );
});
