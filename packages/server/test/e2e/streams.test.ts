import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

async function pushMany(server: TestServer, channel: string, count: number): Promise<string> {
  let epoch = "";
  for (let index = 1; index <= count; index += 1) {
    epoch = (await server.push(channel, index)).epoch ?? "";
  }
  return epoch;
}

for (const engine of ["memory", "lmdb"] as const) {
  describe(`resuming, with ${engine}`, () => {
    test("a client that comes back gets exactly what it missed, in order, then what is new", async (t) => {
      const server = await startTestServer(t, { engine });
      const first = await NativeClient.open(t, server, "channels=news");
      const { epoch } = await first.next("subscribed");
      await server.push("news", 1);
      const { offset } = await first.next("message");
      first.socket.terminate();
      await pushMany(server, "news", 3);
      const second = await NativeClient.open(t, server, `channels=news&since=${epoch}:${offset}`);
      const subscribed = await second.next("subscribed");
      assert.deepEqual([subscribed.recovered, subscribed.offset, subscribed.epoch], [true, 4, epoch]);
      const missed = await second.messages(3);
      assert.deepEqual(
        missed.map(({ offset: at, data }) => [at, data]),
        [
          [2, 1],
          [3, 2],
          [4, 3],
        ],
      );
      assert.equal((await second.next("position")).offset, 4, "position ends the catching up");
      await server.push("news", "live");
      assert.equal((await second.next("message")).offset, 5);
    });

    test("one subscribe asks for several channels, each from its own position, and each is answered", async (t) => {
      const server = await startTestServer(t, { engine });
      const epoch = await pushMany(server, "a", 3);
      await pushMany(server, "b", 3);
      const client = await NativeClient.open(t, server, "user=ann");
      await client.connected();
      const positions = { a: { epoch, offset: 1 }, elsewhere: { epoch, offset: 1 } };
      client.send({ type: "subscribe", id: 7, channels: ["a", "b", "@bob"], since: { positions } });
      const denied = await client.next("error");
      assert.deepEqual([denied.id, denied.channel, denied.code], [7, "@bob", "permission_denied"]);
      const subscribed = [await client.next("subscribed"), await client.next("subscribed")];
      assert.deepEqual(
        new Map(subscribed.map(({ id, channel, recovered }) => [channel, [id, recovered]])),
        new Map([
          ["a", [7, true]],
          ["b", [7, false]],
        ]),
      );
      const missed = await client.messages(2);
      assert.deepEqual(
        missed.map(({ channel, offset }) => [channel, offset]),
        [
          ["a", 2],
          ["a", 3],
        ],
      );
      await server.push("b", "live");
      assert.deepEqual((await client.next("message")).offset, 4);
    });

    test("several channels resume in one round trip, each from its own position", async (t) => {
      const server = await startTestServer(t, { engine });
      const epoch = await pushMany(server, "a", 3);
      const other = await pushMany(server, "b", 3);
      const client = await NativeClient.open(t, server);
      client.send({
        type: "connect",
        subscriptions: {
          a: { since: { epoch, offset: 2 } },
          b: { since: { last: 1 } },
          c: { since: "earliest" },
          d: {},
        },
      });
      const seen = new Map<string, string[]>();
      for (let positions = 0; positions < 3; ) {
        const push = await client.frame();
        if (!("channel" in push) || push.channel === undefined) continue;
        const of = seen.get(push.channel) ?? [];
        seen.set(push.channel, [...of, push.type === "message" ? `message ${push.offset}` : push.type]);
        if (push.type === "position") positions += 1;
      }
      await client.settled();
      assert.deepEqual(seen.get("a"), ["subscribed", "message 3", "position"]);
      assert.deepEqual(seen.get("b"), ["subscribed", "message 3", "position"]);
      assert.deepEqual(seen.get("c"), ["subscribed", "position"]);
      assert.notEqual(other, "");
    });

    test("what retention has dropped is named by a gap before the rest", async (t) => {
      const channels = [{ match: "short", history: { messages: 3 } }];
      const server = await startTestServer(t, { engine, settings: { channels } });
      const epoch = await pushMany(server, "short", 8);
      const client = await NativeClient.open(t, server, `channels=short&since=${epoch}:2`);
      const subscribed = await client.next("subscribed");
      assert.equal(subscribed.recovered, false);
      const gap = await client.frame();
      assert.deepEqual(gap, { type: "gap", channel: "short", epoch, from: 3, to: 5, reason: "limit" });
      assert.deepEqual(
        (await client.messages(3)).map(({ offset }) => offset),
        [6, 7, 8],
      );
    });

    test("a purge keeps epoch and head, and says so to who comes back", async (t) => {
      const server = await startTestServer(t, { engine });
      const epoch = await pushMany(server, "news", 3);
      const answer = await server.api("DELETE", "/api/channels/news/messages");
      assert.ok(answer.status < 300, JSON.stringify(answer));
      const client = await NativeClient.open(t, server, `channels=news&since=${epoch}:1`);
      const subscribed = await client.next("subscribed");
      assert.deepEqual([subscribed.epoch, subscribed.offset], [epoch, 3]);
      const gap = await client.next("gap");
      assert.deepEqual([gap.from, gap.to, gap.reason], [2, 3, "purged"]);
      const { offset } = await server.push("news", "after");
      assert.equal(offset, 4);
      assert.equal((await client.next("message")).offset, 4);
    });

    test("a position of a past that never was gets a gap, and what is stored", async (t) => {
      const server = await startTestServer(t, { engine });
      const epoch = await pushMany(server, "news", 2);
      const client = await NativeClient.open(t, server, "channels=news&since=elsewhere:99");
      assert.equal((await client.next("subscribed")).recovered, false);
      const gap = await client.next("gap");
      assert.deepEqual([gap.epoch, gap.from, gap.reason], [epoch, null, "epoch"]);
      assert.deepEqual(
        (await client.messages(2)).map(({ offset }) => offset),
        [1, 2],
      );
    });

    test("a channel that was never written has offset 0, and a position there misses nothing", async (t) => {
      const server = await startTestServer(t, { engine });
      const first = await NativeClient.open(t, server, "channels=fresh");
      const { epoch, offset } = await first.next("subscribed");
      assert.equal(offset, 0);
      await pushMany(server, "fresh", 2);
      const second = await NativeClient.open(t, server, `channels=fresh&since=${epoch}:0`);
      assert.equal((await second.next("subscribed")).recovered, true);
      assert.equal((await second.messages(2)).length, 2);
    });
  });
}

describe("a restart with lmdb", () => {
  test("keeps epochs, offsets and messages, so that clients go on where they were", async (t) => {
    const data = await mkdtemp(join(tmpdir(), "tidewire-restart-"));
    const before = await startTestServer(t, { engine: "lmdb", data });
    const epoch = await pushMany(before, "news", 3);
    await before.stop();
    const after = await startTestServer(t, { engine: "lmdb", data });
    // Registered last, so that it is removed after the servers have stopped.
    t.after(() => rm(data, { recursive: true, force: true }));
    const client = await NativeClient.open(t, after, `channels=news&since=${epoch}:1`);
    const subscribed = await client.next("subscribed");
    assert.deepEqual([subscribed.epoch, subscribed.offset, subscribed.recovered], [epoch, 3, true]);
    assert.deepEqual(
      (await client.messages(2)).map(({ offset }) => offset),
      [2, 3],
    );
    assert.deepEqual(await after.push("news", 4), { epoch, offset: 4, duplicate: false });
  });

  test("with memory begins a new epoch, and tells who comes back", async (t) => {
    const first = await startTestServer(t);
    const old = await pushMany(first, "news", 3);
    await first.stop();
    const second = await startTestServer(t);
    const epoch = await pushMany(second, "news", 1);
    assert.notEqual(epoch, old);
    const client = await NativeClient.open(t, second, `channels=news&since=${old}:3`);
    const gap = await client.next("gap");
    assert.deepEqual([gap.reason, gap.epoch], ["epoch", epoch]);
    assert.equal((await client.next("message")).offset, 1);
  });
});

describe("history", () => {
  test("is paged in both directions until nothing is left", async (t) => {
    const server = await startTestServer(t);
    const epoch = await pushMany(server, "news", 7);
    const client = await NativeClient.open(t, server, "user=ann");
    for (const order of ["asc", "desc"] as const) {
      const seen: unknown[] = [];
      let since: object | undefined;
      let more = true;
      for (let id = 1; more; id += 1) {
        client.send({ type: "history", id, channel: "news", limit: 3, order, ...(since && { since }) });
        const page = await client.answer("history", id);
        assert.deepEqual([page.epoch, page.offset], [epoch, 7], "the head comes along");
        seen.push(...page.messages.map(({ offset }) => offset));
        const last = page.messages.at(-1);
        since = { epoch: last?.epoch, offset: last?.offset };
        ({ more } = page);
      }
      const all = [1, 2, 3, 4, 5, 6, 7];
      assert.deepEqual(seen, order === "asc" ? all : all.toReversed());
    }
  });

  test("needs no subscription, gives at most what is asked for, and starts after since", async (t) => {
    const server = await startTestServer(t);
    const epoch = await pushMany(server, "news", 5);
    const client = await NativeClient.open(t, server, "user=ann");
    client.send({ type: "history", id: 1, channel: "news", since: { epoch, offset: 2 }, limit: 2 });
    const page = await client.answer("history", 1);
    assert.deepEqual(
      page.messages.map(({ offset }) => offset),
      [3, 4],
    );
    assert.equal(page.more, true);
    client.send({ type: "history", id: 2, channel: "news", since: { last: 1 } });
    assert.deepEqual(
      (await client.answer("history", 2)).messages.map(({ data }) => data),
      [5],
    );
  });

  test("of a channel without any is an error that names the channel", async (t) => {
    const settings = { channels: [{ match: "plain", history: "off" }] };
    const server = await startTestServer(t, { settings });
    const client = await NativeClient.open(t, server, "channels=plain");
    client.send({ type: "history", id: 1, channel: "plain" });
    const error = await client.answer("error", 1);
    assert.deepEqual([error.code, error.channel], ["history_off", "plain"]);
    const message = server.push("plain", 1);
    assert.equal((await client.next("message")).offset, undefined);
    assert.equal((await message).offset, undefined);
  });
});

describe("a message that is not for everybody", () => {
  test("is excluded from one connection, live, later and in history, also after it came back", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "channels=news");
    const { connection, session } = await client.connected();
    const { epoch } = await client.next("subscribed");
    await server.push("news", "mine", { exclude: connection });
    await server.push("news", "ours");
    assert.equal((await client.next("message")).data, "ours");
    client.socket.terminate();
    const again = await NativeClient.open(t, server);
    again.send({ type: "connect", session, subscriptions: { news: { since: { epoch, offset: 0 } } } });
    assert.equal((await again.connected()).connection, connection, "the session goes on");
    assert.equal((await again.next("message")).data, "ours");
    again.send({ type: "history", id: 1, channel: "news" });
    const page = await again.answer("history", 1);
    assert.deepEqual(
      page.messages.map(({ data }) => data),
      ["ours"],
    );
    const other = await NativeClient.open(t, server, "channels=news&since=earliest");
    assert.deepEqual(
      (await other.messages(2)).map(({ data }) => data),
      ["mine", "ours"],
    );
  });
});
