import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer, type StartOptions, type TestServer } from "../support/start-test-server.ts";

const STOCK = { match: "stock.**", patterns: true };

async function start(t: TestContext, rules: readonly object[] = [STOCK], more: StartOptions = {}) {
  const { settings, ...options } = more;
  return startTestServer(t, { ...options, settings: { ...settings, channels: rules } });
}

async function subscribed(t: TestContext, server: TestServer, ...patterns: readonly string[]) {
  const client = await NativeClient.open(t, server, "user=ann");
  await client.connected();
  for (const channel of patterns) {
    client.send({ type: "subscribe", id: 1, channel });
    await client.until((push) => push.type === "subscribed" && push.channel === channel, channel);
  }
  return client;
}

function placesOf(frames: NativeClient["frames"]): readonly (readonly [string, number | undefined])[] {
  return frames.flatMap((push) => (push.type === "message" ? [[push.channel, push.offset] as const] : []));
}

for (const engine of ["memory", "lmdb"] as const) {
  describe(`a pattern, with ${engine}`, () => {
    test("brings the messages of every channel that it matches, and of no other", async (t) => {
      const server = await start(t, [{ match: "**", patterns: true }], { engine });
      const before = Date.now();
      await server.push("stock.old", "before");
      const client = await NativeClient.open(t, server, "user=ann");
      client.send({ type: "subscribe", id: 4, channel: "stock.*" });
      const answer = await client.answer("subscribed", 4);
      assert.deepEqual([answer.channel, answer.recovered, answer.offset], ["stock.*", false, undefined]);
      assert.ok((answer.time ?? 0) >= before);
      for (const channel of ["stock.A", "stock", "stock.A.b", "news", "stock.old", "stock.A"]) {
        await server.push(channel, channel);
      }
      await client.messages(3);
      assert.deepEqual(placesOf(client.frames), [
        ["stock.A", 1],
        ["stock.old", 2],
        ["stock.A", 2],
      ]);
      assert.ok(!(await client.settled()).some(({ type }) => type === "message"));
    });

    test("goes on after a lock screen with what was missed, on channels that it had met and on new ones", async (t) => {
      const server = await start(t, [STOCK], { engine });
      const first = await subscribed(t, server, "stock.*");
      const time = first.frames.flatMap((push) => (push.type === "subscribed" ? (push.time ?? []) : []))[0];
      await server.push("stock.A", 1);
      const { epoch, offset } = await first.next("message");
      first.socket.terminate();
      for (const channel of ["stock.A", "stock.B", "stock.A", "other", "stock.B"])
        await server.push(channel, 0);
      const second = await NativeClient.open(t, server);
      const since = { time, positions: { "stock.A": { epoch, offset } } };
      second.send({ type: "connect", user: "ann", subscriptions: { "stock.*": { since } } });
      const again = await second.next("subscribed");
      assert.deepEqual([again.recovered, again.time], [true, time]);
      await second.messages(4);
      await server.push("stock.C", "live");
      await second.messages(1);
      const came = placesOf(second.frames);
      const offsetsOf = (channel: string) => came.flatMap(([name, at]) => (name === channel ? [at] : []));
      assert.deepEqual(["stock.A", "stock.B", "stock.C"].map(offsetsOf), [[2, 3], [1, 2], [1]]);
    });
  });
}

describe("a pattern of channels that deliver the latest", () => {
  test("begins with the last value of each key in every stored channel, and goes on with new ones", async (t) => {
    const server = await start(t, [{ ...STOCK, deliver: "latest", maxRate: 100 }], { engine: "lmdb" });
    for (const [channel, key, data] of [
      ["stock.A", "bid", 1],
      ["stock.A", "bid", 2],
      ["stock.B", "bid", 3],
    ] as const) {
      await server.push(channel, data, { key });
    }
    const client = await subscribed(t, server, "stock.*");
    const values = (await client.messages(2)).map(
      ({ channel, data }) => `${channel} ${JSON.stringify(data)}`,
    );
    assert.deepEqual(values.toSorted(), ["stock.A 2", "stock.B 3"]);
    await server.push("stock.C", 4, { key: "bid" });
    assert.deepEqual((await client.next("message")).data, 4);
  });
});

describe("a pattern and a name that it matches", () => {
  test("share one cursor: what matches both, or two patterns, comes once, and each may end alone", async (t) => {
    const server = await start(t, [STOCK, { match: "stock.A", presence: true }]);
    const client = await subscribed(t, server, "stock.*", "stock.**");
    await server.push("stock.A", 1);
    await client.messages(1);
    client.send({ type: "subscribe", id: 7, channel: "stock.A" });
    const named = await client.answer("subscribed", 7);
    assert.deepEqual([named.offset, named.deliver], [1, "all"]);
    assert.deepEqual((await client.next("presence")).members?.length, 1, "by its name it shows presence");
    await server.push("stock.A", 2);
    await client.messages(1);
    client.send({ type: "unsubscribe", id: 8, channel: "stock.A" });
    await client.answer("unsubscribed", 8);
    await server.push("stock.A", 3);
    await client.messages(1);
    client.send({ type: "unsubscribe", id: 9, channel: "stock.*" });
    await client.answer("unsubscribed", 9);
    await server.push("stock.A", 4);
    await client.messages(1);
    client.send({ type: "unsubscribe", id: 10, channel: "stock.**" });
    await client.answer("unsubscribed", 10);
    await server.push("stock.A", 5);
    await client.settled();
    assert.deepEqual(
      placesOf(client.frames).map(([, offset]) => offset),
      [1, 2, 3, 4],
    );
  });

  test("asked for with an earlier start, the name brings what is before the pattern", async (t) => {
    const server = await start(t);
    const { epoch } = await server.push("stock.A", 1);
    const client = await subscribed(t, server, "stock.*");
    await server.push("stock.A", 2);
    await client.messages(1);
    client.send({ type: "subscribe", channel: "stock.A", since: { epoch, offset: 0 } });
    assert.deepEqual(
      (await client.messages(2)).map(({ offset }) => offset),
      [1, 2],
    );
  });

  test("by a pattern nobody joins the presence, nor hears of it", async (t) => {
    const server = await start(t, [{ ...STOCK, presence: true }]);
    const watcher = await subscribed(t, server, "stock.*");
    const guest = await subscribed(t, server, "stock.A");
    assert.equal((await guest.next("presence")).members?.length, 1);
    await server.push("stock.A", 1);
    await watcher.messages(1);
    const leaving = await subscribed(t, server, "stock.A");
    leaving.socket.close(1000);
    await guest.next("leave");
    await server.push("stock.A", 2);
    await watcher.messages(1);
    assert.ok(!watcher.frames.some(({ type }) => type === "presence" || type === "join" || type === "leave"));
    assert.equal((await server.api("GET", "/api/channels/stock.A/presence")).status, 200);
  });
});

describe("what a pattern may bring", () => {
  test("is nothing where no rule that covers it says so", async (t) => {
    const server = await start(t, [
      { match: "stock.*.eu", patterns: true },
      { match: "stock.A", patterns: true },
    ]);
    const client = await NativeClient.open(t, server, "user=ann");
    for (const [id, channel] of ["stock.*", "stock.**", "**", "*.A.eu"].entries()) {
      client.send({ type: "subscribe", id: id + 1, channel });
      const error = await client.answer("error", id + 1);
      assert.deepEqual([error.code, error.channel], ["permission_denied", channel]);
      assert.match(error.message, /patterns: true/);
    }
    client.send({ type: "subscribe", id: 9, channel: "stock.*.eu" });
    await client.answer("subscribed", 9);
  });

  test("leaves out channels whose own rules say no, ask the backend, or are inboxes", async (t) => {
    const server = await start(t, [
      { match: "**", patterns: true },
      { match: "a.off", patterns: false },
      { match: "a.nobody", subscribe: "nobody" },
      { match: "a.hook", subscribe: "hook" },
      { match: "@*", patterns: true },
    ]);
    const client = await subscribed(t, server, "**");
    for (const channel of ["a.off", "a.nobody", "a.hook", "@bob", "a.yes"]) await server.push(channel, 1);
    assert.equal((await client.next("message")).channel, "a.yes");
    client.send({ type: "subscribe", id: 5, channel: "@*" });
    const error = await client.answer("error", 5);
    assert.deepEqual([error.code, /inbox/.test(error.message)], ["invalid_channel", true]);
  });

  test("changes with the rules while it is held", async (t) => {
    const server = await start(t);
    const client = await subscribed(t, server, "stock.*");
    await server.push("stock.A", 1);
    await client.messages(1);
    server.reconfigure({ channels: [STOCK, { match: "stock.A", subscribe: "nobody" }] });
    assert.equal((await client.next("unsubscribed")).channel, "stock.A");
    await server.push("stock.A", 2);
    await server.push("stock.B", 1);
    assert.equal((await client.next("message")).channel, "stock.B");
    server.reconfigure({ channels: [STOCK] });
    await server.push("stock.A", 3);
    assert.equal((await client.next("message")).offset, 3, "with the next message");
    server.reconfigure({ channels: [] });
    assert.equal((await client.next("unsubscribed")).channel, "stock.*");
    await server.push("stock.B", 2);
    assert.ok(!(await client.settled()).some(({ type }) => type === "message"));
  });

  test("is at most so many channels; one more ends it, and says so", async (t) => {
    const settings = { sessions: { maxPatternChannels: 2, maxSubscriptions: 3 } };
    const server = await start(t, [STOCK], { settings });
    const client = await subscribed(t, server, "stock.*", "stock.A");
    for (const channel of ["stock.A", "stock.B", "stock.C", "stock.D", "stock.B"])
      await server.push(channel, 1);
    const error = await client.next("error");
    assert.deepEqual([error.code, error.channel], ["limit_exceeded", "stock.*"]);
    assert.equal((await client.next("unsubscribed")).channel, "stock.*");
    await server.push("stock.A", 2);
    await client.next("message");
    assert.deepEqual(
      placesOf(client.frames).map(([channel]) => channel),
      ["stock.A", "stock.B", "stock.C", "stock.A"],
    );
  });

  test("counts as one subscription", async (t) => {
    const server = await start(t, [STOCK], { settings: { sessions: { maxSubscriptions: 2 } } });
    const client = await subscribed(t, server, "stock.*");
    for (const channel of ["stock.A", "stock.B", "stock.C"]) await server.push(channel, 1);
    await client.messages(3);
    client.send({ type: "subscribe", id: 3, channel: "stock.A" });
    assert.equal(
      (await client.answer("error", 3)).code,
      "limit_exceeded",
      "the inbox and the pattern are two",
    );
  });

  test("ends for a channel that the backend takes the user out of", async (t) => {
    const server = await start(t);
    const client = await subscribed(t, server, "stock.*");
    await server.push("stock.A", 1);
    await client.messages(1);
    const { status } = await server.api("DELETE", "/api/users/ann/subscriptions/stock.A", { reason: "out" });
    assert.equal(status, 200);
    assert.equal((await client.next("unsubscribed")).channel, "stock.A");
    await server.push("stock.A", 2);
    await server.push("stock.B", 1);
    assert.equal((await client.next("message")).channel, "stock.B");
  });
});

describe("patterns at every door", () => {
  test("stand in URLs, and a channel without history is plain pub/sub", async (t) => {
    const server = await start(t, [STOCK, { match: "stock.plain", history: "off" }]);
    const socket = await NativeClient.open(t, server, "channels=stock.*,news");
    const stream = await EventStreamClient.open(t, server, "channels=stock.*");
    for (const client of [socket, socket, stream]) await client.next("subscribed");
    await server.push("stock.plain", 1);
    assert.equal((await socket.next("message")).offset, undefined);
    assert.equal((await stream.next("message")).channel, "stock.plain");
  });

  test("are commands of event streams, too", async (t) => {
    const server = await start(t);
    const stream = await EventStreamClient.open(t, server, "user=ann");
    const { session } = await stream.connected();
    const begun = await sendCommand(server, session, { type: "subscribe", id: 2, channel: "stock.*" });
    assert.deepEqual([begun.status, begun.frame?.["channel"]], [200, "stock.*"]);
    await server.push("stock.A", 1);
    await stream.next("message");
    const ended = await sendCommand(server, session, { type: "unsubscribe", channel: "stock.*" });
    assert.deepEqual(ended.frame, { type: "unsubscribed", channel: "stock.*" });
    const history = await sendCommand(server, session, { type: "history", channel: "stock.*" });
    assert.equal(history.status, 400);
  });

  test("show in what the API says about a connection", async (t) => {
    const server = await start(t);
    const client = await subscribed(t, server, "stock.*");
    await server.push("stock.A", 1);
    await client.messages(1);
    const { body } = await server.api("GET", "/api/users/ann");
    assert.match(JSON.stringify(body), /"channels":\["@ann","stock\.\*"\]/);
  });
});
