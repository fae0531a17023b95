import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Append, Appended, Head, PageQuery } from "../../src/core/streams.ts";
import { HISTORY, type MakeHarness, publish, type StoreHarness } from "./store-harness.ts";

const DAY_MS = 86_400_000;

/** What every engine promises behind the port `Streams`. */
export function streamsContract(name: string, make: MakeHarness): void {
  const contract = (sentence: string, body: (harness: StoreHarness) => Promise<void>, options = {}) =>
    void test(sentence, async () => {
      const harness = await make(options);
      try {
        await body(harness);
      } finally {
        await harness.dispose();
      }
    });

  describe(`${name}: appending`, () => {
    contract("offsets grow by one in the order of the batch, under one epoch", async ({ store }) => {
      const results = await append(store, publish(), publish({ channel: "chat" }), publish());
      assert.deepEqual(
        results.map((result) => result.offset),
        [1, 1, 2],
      );
      const epochs = new Set(results.map((result) => result.epoch));
      assert.equal(epochs.size, 1, "streams begin under the store's epoch");
    });

    contract("concurrent batches never share an offset", async ({ store }) => {
      const batches = await Promise.all(Array.from({ length: 50 }, () => append(store, publish())));
      assert.deepEqual(
        batches.flat().map((result) => result.offset),
        range(1, 50),
      );
    });

    contract("a message comes back as it was published", async ({ store, clock }) => {
      const message = {
        from: { kind: "client", user: "ü1", connection: "c1" },
        key: "AAPL",
        priority: "high",
        exclude: "c9",
        dataJson: '{"text":"grüße 🌊"}',
        id: "ä",
      } as const;
      const [result] = await append(store, publish(message));
      const page = await read(store);
      const { epoch } = result!;
      assert.deepEqual(page.messages, [
        { channel: "news", epoch, offset: 1, timeMs: clock.nowMs(), ...message },
      ]);
    });

    contract("time never goes back within a stream", async ({ store, clock }) => {
      clock.advance(10_000);
      await append(store, publish());
      clock.advance(-5_000);
      await append(store, publish());
      const [first, second] = (await read(store)).messages;
      assert.equal(second?.timeMs, first?.timeMs);
    });
  });

  describe(`${name}: delivery`, () => {
    contract(
      "only opened channels are reported, in offset order, before the append resolves",
      async ({ store, delivered }) => {
        await store.streams.open("news", HISTORY);
        const batches = range(1, 20).map((n) =>
          append(store, publish({ dataJson: `${n}` }), publish({ channel: "other" })),
        );
        await Promise.race(batches);
        assert.ok(delivered.length > 0, "a resolved append was delivered");
        await Promise.all(batches);
        assert.deepEqual(
          delivered.map((message) => message.offset),
          range(1, 20),
        );
        assert.deepEqual(
          delivered.map((message) => message.dataJson),
          range(1, 20).map(String),
        );
      },
    );

    contract(
      "nothing is missed between the head that `open` gives and what is reported",
      async ({ store, delivered }) => {
        const before = range(1, 5).map(() => append(store, publish()));
        const head = await store.streams.open("news", HISTORY);
        await Promise.all([...before, append(store, publish())]);
        const heard = delivered
          .map((message) => message.offset)
          .filter((offset) => (offset ?? 0) > head.offset);
        assert.deepEqual(heard, range(head.offset + 1, 6));
      },
    );

    contract("a closed channel is not reported any more", async ({ store, delivered }) => {
      await store.streams.open("news", HISTORY);
      store.streams.close("news");
      store.streams.close("never opened");
      await append(store, publish());
      assert.deepEqual(delivered, []);
    });

    contract("a listener that publishes keeps the order", async () => {
      let harness: StoreHarness | null = null;
      const heard: string[] = [];
      harness = await make({
        listener: (messages) => {
          for (const message of messages) {
            heard.push(`${message.channel}:${message.offset}`);
            if (message.dataJson === '"first"') void harness?.store.streams.append([publish()]);
          }
        },
      });
      await harness.store.streams.open("news", HISTORY);
      await append(harness.store, publish({ dataJson: '"first"' }), publish());
      await append(harness.store, publish());
      await harness.dispose();
      assert.deepEqual(heard.sort(), ["news:1", "news:2", "news:3", "news:4"]);
    });

    contract("without history a message is passed on without a position", async ({ store, delivered }) => {
      await store.streams.open("news", null);
      const [result] = await append(store, publish({ history: null, id: "a" }));
      assert.deepEqual(result, { ok: true, epoch: null, offset: null, id: "a", duplicate: false });
      assert.deepEqual(
        delivered.map(({ epoch, offset, id }) => ({ epoch, offset, id })),
        [{ epoch: null, offset: null, id: "a" }],
      );
      assert.deepEqual(await store.streams.catalogue.names("", 10), [], "nothing was stored");
    });
  });

  describe(`${name}: repeats`, () => {
    contract(
      "a repeated id is answered with the first position, and delivered once",
      async ({ store, delivered }) => {
        await store.streams.open("news", HISTORY);
        const [first] = await append(store, publish({ id: "a" }));
        await append(store, publish());
        const [repeat] = await append(store, publish({ id: "a", dataJson: '"other"' }));
        assert.deepEqual(repeat, { ...first, duplicate: true });
        assert.equal(delivered.length, 2);
      },
    );

    contract(
      "repeats in the same batch, and while the first is on its way, are recognised",
      async ({ store }) => {
        const [[first, second], [third]] = await Promise.all([
          append(store, publish({ id: "a" }), publish({ id: "a" })),
          append(store, publish({ id: "a" })),
        ]);
        assert.equal(first?.duplicate, false);
        assert.deepEqual(second, { ...first, duplicate: true });
        assert.deepEqual(third, { ...first, duplicate: true });
      },
    );

    contract("the API, each user, and all anonymous clients have ids of their own", async ({ store }) => {
      const client = (user: string | null, connection: string) =>
        ({ kind: "client", user, connection }) as const;
      const results = await append(
        store,
        publish({ id: "a" }),
        publish({ id: "a", from: client("u1", "c1") }),
        publish({ id: "a", from: client("u2", "c2") }),
        publish({ id: "a", from: client(null, "c3") }),
        publish({ id: "a", from: client("u1", "another connection") }),
        publish({ id: "a", from: client(null, "c4") }),
        publish({ id: "a", channel: "chat" }),
      );
      assert.deepEqual(
        results.map((result) => result.duplicate),
        [false, false, false, false, true, true, false],
      );
    });

    contract("an id that the server made is not kept", async ({ store }) => {
      const results = await append(
        store,
        publish({ id: "a", chosenId: false }),
        publish({ id: "a", chosenId: false }),
      );
      assert.deepEqual(
        results.map((result) => result.duplicate),
        [false, false],
      );
    });

    contract("an id is recognised after its message was trimmed and purged", async ({ store }) => {
      const history = { ...HISTORY, messages: 1 };
      const [first] = await append(store, publish({ id: "a", history }));
      await append(store, publish({ history }));
      await store.streams.purge("news", history);
      const [repeat] = await append(store, publish({ id: "a", history }));
      assert.deepEqual(repeat, { ...first, duplicate: true });
    });

    contract(
      "an id is forgotten after its time, and may then be used again",
      async ({ store, clock }) => {
        await append(store, publish({ id: "a" }));
        clock.advance(999);
        assert.equal((await append(store, publish({ id: "a" })))[0]?.duplicate, true);
        clock.advance(1);
        assert.equal((await append(store, publish({ id: "a" })))[0]?.duplicate, false);
        assert.equal((await append(store, publish({ id: "a" })))[0]?.duplicate, true);
        clock.advance(999);
        await store.streams.append([]);
        await store.sweep();
        assert.equal(
          (await append(store, publish({ id: "a" })))[0]?.duplicate,
          true,
          "the newer use is remembered",
        );
      },
      { dedupeKeepMs: 1000 },
    );

    contract(
      "of too many ids the oldest are forgotten",
      async ({ store }) => {
        await append(store, ...["a", "b", "c", "d"].map((id) => publish({ id })));
        assert.equal((await append(store, publish({ id: "b" })))[0]?.duplicate, true);
        assert.equal((await append(store, publish({ id: "a" })))[0]?.duplicate, false);
      },
      { maxIdsPerChannel: 3 },
    );

    contract("without history an id is recognised for two minutes", async ({ store, clock }) => {
      const relayed = publish({ history: null, id: "a" });
      await append(store, relayed);
      clock.advance(119_999);
      assert.equal((await append(store, relayed))[0]?.duplicate, true);
      clock.advance(1);
      assert.equal((await append(store, relayed))[0]?.duplicate, false);
    });
  });

  describe(`${name}: reading`, () => {
    contract(
      "pages go on in both directions, bound and head included or not as promised",
      async ({ store }) => {
        await append(store, ...range(1, 10).map(() => publish()));
        assert.deepEqual(await offsets(store, { bound: 3, head: 6 }), [4, 5, 6]);
        assert.deepEqual(await offsets(store, { bound: 0, maxMessages: 2 }), [1, 2]);
        assert.deepEqual(await offsets(store, { bound: 8, order: "desc", maxMessages: 3 }), [7, 6, 5]);
        assert.deepEqual(
          await offsets(store, { bound: 100, order: "desc", head: 9, maxMessages: 2 }),
          [9, 8],
        );
        assert.deepEqual(await offsets(store, { bound: 10 }), []);
        assert.deepEqual(await offsets(store, { bound: 1, order: "desc" }), []);
        assert.deepEqual(await offsets(store, { bound: 50, head: 100 }), []);
      },
    );

    contract("a page ends with the message that reaches its bytes", async ({ store }) => {
      const dataJson = JSON.stringify("x".repeat(1000));
      await append(store, ...range(1, 5).map(() => publish({ dataJson })));
      assert.deepEqual(await offsets(store, { maxBytes: 1 }), [1]);
      assert.deepEqual(await offsets(store, { maxBytes: 1500 }), [1, 2]);
      assert.deepEqual(await offsets(store, { maxBytes: 1500, order: "desc", bound: 6 }), [5, 4]);
    });

    contract(
      "a stream that was never written is empty, at offset 0 of the store's epoch",
      async ({ store }) => {
        const head = await store.streams.open("news", HISTORY);
        assert.equal(head.offset, 0);
        assert.deepEqual(await read(store), { messages: [], earliest: 1, missing: "expired" });
        assert.deepEqual(await store.streams.purge("news", HISTORY), head);
        assert.deepEqual(await store.streams.catalogue.names("", 10), [], "looking at it costs no record");
        const [first] = await append(store, publish());
        assert.equal(first?.epoch, head.epoch);
      },
    );
  });

  describe(`${name}: retention`, () => {
    contract("too many messages: the oldest go, because of the limit", async ({ store }) => {
      const history = { ...HISTORY, messages: 3 };
      await append(store, ...range(1, 5).map(() => publish({ history })));
      const page = await read(store, { history });
      assert.deepEqual(
        page.messages.map((message) => message.offset),
        [3, 4, 5],
      );
      assert.equal(page.earliest, 3);
      assert.equal(page.missing, "limit");
    });

    contract("too many bytes: the oldest go, but the newest stays however large", async ({ store }) => {
      const history = { ...HISTORY, bytes: 2500 };
      const dataJson = JSON.stringify("x".repeat(1000));
      await append(store, ...range(1, 5).map(() => publish({ history, dataJson })));
      assert.deepEqual(await offsets(store, { history }), [4, 5]);
      await append(store, publish({ history, dataJson: JSON.stringify("x".repeat(9000)) }));
      assert.deepEqual(await offsets(store, { history }), [6]);
    });

    contract("expired messages are not read, though nothing is published", async ({ store, clock }) => {
      const history = { ...HISTORY, ttlMs: 1000 };
      await append(store, publish({ history }), publish({ history }));
      clock.advance(500);
      await append(store, publish({ history }));
      clock.advance(500);
      const page = await read(store, { history });
      assert.deepEqual(
        page.messages.map((message) => message.offset),
        [3],
      );
      assert.deepEqual([page.earliest, page.missing], [3, "expired"]);
      clock.advance(500);
      const empty = await read(store, { history });
      assert.deepEqual([empty.messages, empty.earliest, empty.missing], [[], 4, "expired"]);
      await store.sweep();
      assert.deepEqual(await read(store, { history }), empty, "sweeping changes nothing that can be seen");
      assert.deepEqual((await append(store, publish({ history })))[0]?.offset, 4);
    });

    contract("purging keeps epoch and head", async ({ store }) => {
      await append(store, publish(), publish());
      const before = await store.streams.catalogue.head("news", HISTORY);
      assert.deepEqual(await store.streams.purge("news", HISTORY), before);
      assert.deepEqual(await read(store), { messages: [], earliest: 3, missing: "purged" });
      const [next] = await append(store, publish());
      assert.deepEqual([next?.epoch, next?.offset], [before.epoch, 3]);
      await store.sweep();
      assert.deepEqual(await offsets(store, {}), [3]);
    });
  });

  describe(`${name}: positions`, () => {
    contract(
      "a position up to the head leads to itself; one ahead diverges at the head",
      async ({ store }) => {
        await append(store, publish(), publish(), publish());
        const head = await store.streams.catalogue.head("news", HISTORY);
        const locate = (offset: number) => store.streams.locate("news", HISTORY, head.epoch, offset, head);
        assert.deepEqual(await locate(0), { cursor: 0, diverged: false, earliest: 1 });
        assert.deepEqual(await locate(2), { cursor: 2, diverged: false, earliest: 1 });
        assert.deepEqual(await locate(3), { cursor: 3, diverged: false, earliest: 1 });
        assert.deepEqual(await locate(4), { cursor: 3, diverged: true, earliest: 1 });
      },
    );

    contract("an unknown epoch leads to the earliest, diverged", async ({ store }) => {
      const history = { ...HISTORY, messages: 2 };
      await append(store, ...range(1, 5).map(() => publish({ history })));
      const head = await store.streams.catalogue.head("news", history);
      const located = await store.streams.locate("news", history, "unknown", 4, head);
      assert.deepEqual(located, { cursor: 3, diverged: true, earliest: 4 });
    });

    contract(
      "a record outlives its last message by 30 days; then offset 0 of its epoch still means `earliest`",
      async ({ store, clock }) => {
        await append(store, publish(), publish({ channel: "chat" }));
        const former = await store.streams.catalogue.head("news", HISTORY);
        clock.advance(HISTORY.ttlMs + 30 * DAY_MS - 1);
        await store.sweep();
        assert.deepEqual(await store.streams.catalogue.head("news", HISTORY), former);
        await store.streams.open("chat", HISTORY);
        clock.advance(1);
        await store.sweep();
        assert.deepEqual(
          await store.streams.catalogue.names("", 10),
          ["chat"],
          "a stream somebody listens to stays",
        );
        const renewed = await store.streams.catalogue.head("news", HISTORY);
        assert.equal(renewed.offset, 0);
        assert.notEqual(renewed.epoch, former.epoch);
        await append(store, publish());
        const head = await store.streams.catalogue.head("news", HISTORY);
        const locate = (offset: number) => store.streams.locate("news", HISTORY, former.epoch, offset, head);
        assert.deepEqual(await locate(0), { cursor: 0, diverged: false, earliest: 1 });
        assert.deepEqual(await locate(1), { cursor: 0, diverged: true, earliest: 1 });
      },
    );
  });

  describe(`${name}: catalogue`, () => {
    contract("names come in pages, in code unit order", async ({ store }) => {
      await append(store, ...["b", "a.1", "a", "@u", "a-b", "Z"].map((channel) => publish({ channel })));
      const all = ["@u", "Z", "a", "a-b", "a.1", "b"];
      assert.deepEqual(await store.streams.catalogue.names("", 100), all);
      assert.deepEqual(await store.streams.catalogue.names("", 2), all.slice(0, 2));
      assert.deepEqual(await store.streams.catalogue.names("a", 2), all.slice(3, 5));
      assert.deepEqual(await store.streams.catalogue.names("b", 2), []);
    });

    contract(
      "one's own messages, expired ones and those beyond the head are not unread",
      async ({ store, clock }) => {
        const history = { ...HISTORY, ttlMs: 1000, messages: 6 };
        const mine = { from: { kind: "client", user: "u1", connection: "c1" } } as const;
        const unread = (user: string, offset: number, head: number) =>
          store.streams.catalogue.unread("news", history, user, offset, head);
        assert.equal(await unread("u1", 0, 0), 0);
        await append(store, publish({ history }), publish({ history, ...mine }), publish({ history }));
        assert.equal(await unread("u1", 0, 3), 2);
        assert.equal(await unread("u2", 0, 3), 3);
        assert.equal(await unread("u1", 1, 3), 1);
        assert.equal(await unread("u1", 0, 1), 1);
        clock.advance(600);
        await append(
          store,
          publish({ history, ...mine }),
          publish({ history }),
          publish({ history }),
          publish({ history }),
        );
        assert.equal(await unread("u1", 0, 7), 4, "the first was trimmed");
        clock.advance(400);
        assert.equal(await unread("u1", 0, 7), 3, "the first three have expired");
        await store.sweep();
        assert.equal(await unread("u1", 0, 7), 3);
      },
    );
  });
}

/** Appends a batch of which everything must be taken. */
export async function append(store: StoreHarness["store"], ...batch: Append[]) {
  const results = await store.streams.append(batch);
  assert.equal(results.length, batch.length);
  return results.map(taken);
}

function taken(result: Appended) {
  assert.ok(result.ok, "the store took the publish");
  return result;
}

export function read(store: StoreHarness["store"], parts: Partial<PageQuery> = {}) {
  const query: PageQuery = {
    channel: "news",
    history: HISTORY,
    bound: parts.order === "desc" ? 1e9 : 0,
    order: "asc",
    head: 1e9,
    maxMessages: 1000,
    maxBytes: 1e9,
    ...parts,
  };
  return store.streams.read(query);
}

export async function offsets(store: StoreHarness["store"], parts: Partial<PageQuery>) {
  return (await read(store, parts)).messages.map((message) => message.offset);
}

export function headOf(store: StoreHarness["store"], channel = "news", history = HISTORY): Promise<Head> {
  return store.streams.catalogue.head(channel, history);
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
