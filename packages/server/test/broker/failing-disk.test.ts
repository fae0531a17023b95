import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openEnvironment } from "../../src/broker/lmdb/environment.ts";
import { openStoreOn } from "../../src/broker/lmdb/lmdb-store.ts";
import type { Store, StoreStatus } from "../../src/broker/store.ts";
import type { Message } from "../../src/core/message.ts";
import { StreamsUnavailable } from "../../src/core/streams.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { type Failure, failingEnvironment, type FailingEnvironment } from "./failing-environment.ts";
import { HISTORY, publish, temporaryFolder } from "./store-harness.ts";
import { append, headOf, offsets, range } from "./streams-contract.ts";

interface Setting {
  readonly store: Store;
  readonly environment: FailingEnvironment;
  readonly delivered: Message[];
  readonly statuses: StoreStatus[];
  /** Lets the time of the next probe come, and waits for what comes of it. */
  readonly probe: () => Promise<void>;
}

function whenTheDisk(failure: Failure, sentence: string, body: (setting: Setting) => Promise<void>): void {
  void test(`${sentence} (${failure})`, async () => {
    const folder = temporaryFolder();
    const environment = failingEnvironment(openEnvironment(folder.path));
    const delivered: Message[] = [];
    const statuses: StoreStatus[] = [];
    const due: (() => void)[] = [];
    let ids = 0;
    const store = await openStoreOn(environment, {
      clock: new FakeClock(),
      randomId: () => `e${++ids}`,
      listener: (messages) => delivered.push(...messages),
      schedule: (delayMs, run) => {
        if (delayMs < 60_000) due.push(run);
        return () => {};
      },
    });
    store.onStatus((status) => statuses.push(status));
    await store.streams.open("news", HISTORY);
    await append(store, publish({ dataJson: "1", id: "first" }), publish({ dataJson: "2" }));
    const probe = async () => {
      const { failures } = environment;
      const run = due.shift();
      assert.ok(run !== undefined, "a failed store probes");
      run();
      while (
        environment.failure === null
          ? !store.status().available
          : environment.failures === failures || due.length === 0
      ) {
        await nextTurn();
      }
    };
    try {
      await body({ store, environment, delivered, statuses, probe });
    } finally {
      environment.failure = null;
      await store.close();
      folder.remove();
    }
  });
}

describe("when writing fails", () => {
  for (const failure of ["refused", "unflushed"] as const) {
    whenTheDisk(failure, "last values stay what was kept", async ({ store, environment, probe }) => {
      const last = (key: string, dataJson: string) => publish({ key, dataJson, keepsLast: true });
      await append(store, last("ACME", "1"), last("WIDG", "2"));
      environment.failure = failure;
      const lost = await store.streams.append([last("ACME", "lost"), last("GEAR", "lost")]);
      assert.equal(lost[0]?.ok, false);
      environment.failure = null;
      await probe();
      const kept = await store.streams.lastValues("news", HISTORY);
      const values = new Map(kept.map(({ key, dataJson }) => [key, dataJson]));
      assert.deepEqual(
        values,
        new Map([
          ["ACME", "1"],
          ["WIDG", "2"],
        ]),
      );
      await append(store, last("GEAR", "3"));
      assert.equal((await store.streams.lastValues("news", HISTORY)).length, 3);
    });

    whenTheDisk(
      failure,
      "publishes are unavailable, reading goes on, and nothing is delivered that was not kept",
      async (setting) => {
        const { store, environment, delivered, statuses } = setting;
        environment.failure = failure;
        const lost = await store.streams.append([publish({ dataJson: "lost" })]);
        assert.deepEqual(lost, [{ ok: false, reason: "unavailable" }]);
        assert.equal(store.status().available, false);
        assert.match(statuses[0]?.reason ?? "", /no space left/);
        assert.deepEqual(await store.streams.append([publish()]), [{ ok: false, reason: "unavailable" }]);
        assert.deepEqual(await offsets(store, { head: (await headOf(store)).offset }), [1, 2]);
        assert.deepEqual(
          delivered.map((message) => message.offset),
          [1, 2],
        );
        await assert.rejects(store.streams.purge("news", HISTORY), StreamsUnavailable);
        await assert.rejects(store.cursors.advance("u1", "news", 1), StreamsUnavailable);
        const lifted = { kind: "ban", subject: "ann", verdict: null } as const;
        assert.equal(await store.control.write([lifted]), false);
      },
    );

    whenTheDisk(
      failure,
      "a queue keeps nothing and says so, and takes events again later",
      async (setting) => {
        const { store, environment, probe } = setting;
        const queue = store.queues.open("q");
        const put = (json: string): Promise<boolean> =>
          queue.put({ add: [{ timeMs: 1, json }], mark: [json], unmark: [] });
        assert.equal(await put("1"), true);
        environment.failure = failure;
        assert.deepEqual(await Promise.all(["2", "3"].map(put)), [false, false]);
        assert.equal(await put("4"), false);
        assert.deepEqual([queue.length, queue.bytes], [1, 1]);
        environment.failure = null;
        await probe();
        assert.equal(await put("5"), true);
        const told = queue.read(0, 10, 1000).map(({ json }) => json);
        assert.deepEqual([told[0], told.at(-1), queue.marks().includes("5")], ["1", "5", true]);
      },
    );

    whenTheDisk(
      failure,
      "it recovers by itself, and offsets go on as if nothing had been tried",
      async (setting) => {
        const { store, environment, delivered, statuses, probe } = setting;
        const before = await headOf(store);
        environment.failure = failure;
        const lost = publish({
          dataJson: "lost",
          id: "retried",
          from: { kind: "client", user: "u1", connection: "c1" },
        });
        const behind = publish({ channel: "new", dataJson: "lost" });
        const results = await Promise.all(range(1, 5).map(() => store.streams.append([lost, behind])));
        assert.ok(
          results.flat().every((result) => !result.ok),
          "the groups behind the failed one fail too",
        );
        await probe();
        assert.equal(store.status().available, false, "still failing");
        environment.failure = null;
        await probe();
        assert.deepEqual(
          statuses.map((status) => status.available),
          [false, true],
        );
        assert.deepEqual(await headOf(store), before);
        assert.deepEqual(await offsets(store, {}), [1, 2], "nothing is left of what failed");
        assert.deepEqual(await store.streams.catalogue.names("", 10), ["news"]);
        const [retried] = await append(store, lost);
        assert.deepEqual(retried, {
          ok: true,
          epoch: before.epoch,
          offset: 3,
          id: "retried",
          duplicate: false,
        });
        const [repeat] = await append(store, publish({ id: "first" }));
        assert.deepEqual([repeat?.offset, repeat?.duplicate], [1, true], "what was kept before is known");
        assert.equal(await store.streams.catalogue.unread("news", HISTORY, "u1", 0, 3), 2);
        assert.deepEqual(
          delivered.map((message) => message.dataJson),
          ["1", "2", "lost"],
        );
      },
    );

    whenTheDisk(
      failure,
      "a repeat fails with the first publish that it waits for",
      async ({ store, environment, probe }) => {
        environment.failure = failure;
        const both = await Promise.all([
          store.streams.append([publish({ id: "a" })]),
          store.streams.append([publish({ id: "a" })]),
        ]);
        assert.ok(both.flat().every((result) => !result.ok));
        environment.failure = null;
        await probe();
        const [again] = await append(store, publish({ id: "a" }));
        assert.deepEqual([again?.offset, again?.duplicate], [3, false]);
      },
    );

    whenTheDisk(
      failure,
      "messages that a failed group would have trimmed are still there",
      async ({ store, environment, probe }) => {
        const history = { ...HISTORY, messages: 100 };
        await append(store, ...range(3, 100).map(() => publish({ history })));
        // Enough to be past the retention and worth removing, in a group that fails and in one that is kept.
        environment.failure = failure;
        await store.streams.append(range(1, 90).map(() => publish({ history })));
        await store.streams.append(range(1, 90).map(() => publish({ history })));
        environment.failure = null;
        await probe();
        assert.deepEqual(await offsets(store, { history }), range(1, 100));
        await append(store, ...range(1, 90).map(() => publish({ history })));
        environment.failure = failure;
        await store.streams.append([publish({ history })]);
        environment.failure = null;
        await probe();
        assert.deepEqual(await offsets(store, { history }), range(91, 190));
      },
    );
  }
});

test("a disk that is almost full is not written at all, and is used again when there is space", async () => {
  const folder = temporaryFolder();
  let free = 1e9;
  const environment = openEnvironment(folder.path, () => free);
  const due: (() => void)[] = [];
  let ids = 0;
  const store = await openStoreOn(environment, {
    clock: new FakeClock(),
    randomId: () => `e${++ids}`,
    listener: () => {},
    schedule: (_delayMs, run) => {
      due.push(run);
      return () => {};
    },
  });
  await append(store, publish());
  free = 1_000_000;
  assert.deepEqual(await store.streams.append([publish()]), [{ ok: false, reason: "unavailable" }]);
  assert.match(store.status().reason ?? "", /disk is full/);
  assert.deepEqual(await offsets(store, {}), [1]);
  free = 1e9;
  const recovered = new Promise<void>((resolve) => {
    store.onStatus(() => resolve());
  });
  due.at(-1)?.();
  await recovered;
  assert.equal((await append(store, publish()))[0]?.offset, 2);
  await store.close();
  folder.remove();
});
