import assert from "node:assert/strict";
import { test } from "node:test";
import { openEnvironment } from "../../src/broker/lmdb/environment.ts";
import { openStoreOn } from "../../src/broker/lmdb/lmdb-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { HISTORY, publish, temporaryFolder } from "./store-harness.ts";
import { append, offsets, range, read } from "./streams-contract.ts";

/** Runs on a store whose keys can be counted: by their first letter, which says what they are. */
async function counting(
  body: (setting: {
    store: Awaited<ReturnType<typeof openStoreOn>>;
    clock: FakeClock;
    keys: (tag: string) => number;
  }) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  const environment = openEnvironment(folder.path);
  const clock = new FakeClock();
  let ids = 0;
  const store = await openStoreOn(environment, {
    clock,
    randomId: () => `e${++ids}`,
    listener: () => {},
    schedule: () => () => {},
    maxIdsPerChannel: 200,
  });
  const keys = (tag: string) =>
    environment.countKeys({ start: Buffer.from(tag), end: Buffer.from([tag.charCodeAt(0) + 1]) });
  try {
    await body({ store, clock, keys });
  } finally {
    await store.close();
    folder.remove();
  }
}

const mine = { from: { kind: "client", user: "u1", connection: "c1" } } as const;

test("a full channel takes little more space than what it keeps, and none beyond once it was swept", () =>
  counting(async ({ store, keys }) => {
    for (const round of range(1, 40)) {
      await append(store, ...range(1, 50).map((n) => publish({ ...mine, id: `${round}.${n}` })));
    }
    assert.deepEqual(await offsets(store, {}), range(1901, 2000));
    for (const [tag, kept] of [
      ["m", 100],
      ["o", 100],
      ["i", 200],
      ["q", 200],
    ] as const) {
      assert.ok(keys(tag) >= kept, `${tag}: what is kept is there`);
      assert.ok(
        keys(tag) <= kept + 50 + 64 + 50,
        `${tag}: removals wait for company, but not for long (${keys(tag)})`,
      );
    }
    await store.sweep();
    assert.deepEqual(["m", "o", "i", "q"].map(keys), [100, 100, 200, 200]);
  }));

test("a purge of a large stream is answered at once and frees its space in steps", () =>
  counting(async ({ store, keys }) => {
    const history = { ...HISTORY, messages: 10_000 };
    for (const _ of range(1, 5))
      await append(store, ...range(1, 400).map(() => publish({ history, ...mine })));
    await store.streams.purge("news", history);
    assert.deepEqual((await read(store, { history })).messages, []);
    assert.ok(keys("m") > 0, "the messages are removed later");
    await store.sweep();
    assert.deepEqual(["m", "o"].map(keys), [0, 0]);
    assert.equal((await append(store, publish({ history })))[0]?.offset, 2001);
  }));

test("of a stream whose time is over, nothing stays", () =>
  counting(async ({ store, clock, keys }) => {
    await append(store, publish({ id: "a", ...mine }), publish());
    clock.advance(HISTORY.ttlMs + 31 * 86_400_000);
    await store.sweep();
    assert.deepEqual(["s", "m", "o", "i", "q"].map(keys), [0, 0, 0, 0, 0]);
  }));
