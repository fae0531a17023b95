import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MessagePush, Push } from "@tidewire/protocol";
import { temporaryFolder } from "../broker/store-harness.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { PollClient } from "../support/poll-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const FAST = { match: "stock", deliver: "latest", maxRate: 20 };
/** So seldom that nothing but first values comes within a test. */
const SLOW = { match: "stock", deliver: "latest", maxRate: 0.01 };
const BULK = "x".repeat(60_000);

function rule(settings: Readonly<Record<string, unknown>>) {
  return { channels: [settings], limits: { outboxBytes: "32KB" } };
}

async function publish(server: TestServer, values: readonly (readonly [key: string, data: unknown])[]) {
  const messages = values.map(([key, data]) => ({ channel: "stock", key, data }));
  assert.equal((await server.api("POST", "/api/publish", { messages })).status, 200);
}

function shown(messages: readonly MessagePush[]) {
  return Object.fromEntries(messages.map(({ key, data }) => [key, data]));
}

describe("a channel that delivers the latest", () => {
  for (const history of ["on", "off"] as const) {
    test(`begins with the last value of each key, then sends first values at once and last ones always (history ${history})`, async (t) => {
      const server = await startTestServer(t, { settings: rule({ ...FAST, history }) });
      await publish(server, [
        ["ACME", 1],
        ["WIDG", 1],
        ["ACME", 2],
      ]);
      const client = await NativeClient.open(t, server, "channels=stock");
      const subscribed = await client.next("subscribed");
      assert.equal(subscribed.deliver, "latest");
      assert.equal(subscribed.maxRate, 20);
      assert.deepEqual(shown(await client.messages(2)), { ACME: 2, WIDG: 1 });
      if (history === "on") assert.equal((await client.next("position")).offset, 3);
      await publish(server, [["ACME", 3]]);
      assert.equal((await client.next("message")).data, 3);
      for (let value = 4; value <= 100; value += 1) await publish(server, [["ACME", value]]);
      const rest: unknown[] = [];
      while (rest.at(-1) !== 100) rest.push((await client.next("message")).data);
      assert.ok(rest.length < 90, `${rest.length} of 97 values were sent`);
      assert.deepEqual(
        rest,
        rest.toSorted((one, other) => Number(one) - Number(other)),
      );
    });
  }

  test("keeps the last values over a restart", async (t) => {
    const settings = rule({ ...SLOW, history: { messages: 2 } });
    const data = temporaryFolder();
    const first = await startTestServer(t, { settings, engine: "lmdb", data: data.path });
    const values = ["a", "b", "c", "d"].map((key, index) => [key, index] as const);
    await publish(first, values);
    await first.stop();
    const second = await startTestServer(t, { settings, engine: "lmdb", data: data.path });
    t.after(() => data.remove());
    const client = await NativeClient.open(t, second, "channels=stock");
    assert.deepEqual(shown(await client.messages(4)), { a: 0, b: 1, c: 2, d: 3 });
  });

  test("whoever comes back with a position gets every last value again, and is told that nothing is missing", async (t) => {
    const server = await startTestServer(t, { settings: rule(SLOW) });
    await publish(server, [["ACME", 1]]);
    const before = await NativeClient.open(t, server, "channels=stock");
    const { epoch } = await before.next("position");
    before.socket.close(1000);
    await publish(server, [
      ["WIDG", 2],
      ["WIDG", 3],
    ]);
    const client = await NativeClient.open(t, server, `channels=stock&since=${epoch}:1`);
    assert.equal((await client.next("subscribed")).recovered, true);
    assert.deepEqual(shown(await client.messages(2)), { ACME: 1, WIDG: 3 });
    assert.equal((await client.next("position")).offset, 3);
  });

  test("one that does not read gets the current value of each key when it does, and costs the others nothing", async (t) => {
    const server = await startTestServer(t, { settings: rule({ ...FAST, history: "off" }) });
    const open = (): Promise<NativeClient> => NativeClient.open(t, server, "channels=stock");
    const [slow, healthy] = await Promise.all([open(), open()]);
    for (const client of [slow, healthy]) await client.next("subscribed");
    slow.socket.pause();
    const rounds = 120;
    for (let round = 1; round <= rounds; round += 1) {
      await publish(server, [
        ["A", { round, BULK }],
        ["B", { round, BULK }],
      ]);
    }
    const roundOf = ({ data }: MessagePush): unknown =>
      typeof data === "object" && data !== null && "round" in data ? data["round"] : null;
    const isLast = (push: Push, key: string): boolean =>
      push.type === "message" && push.key === key && roundOf(push) === rounds;
    for (const key of ["A", "B"]) await healthy.until((push) => isLast(push, key), `the last ${key}`);
    slow.socket.resume();
    for (const key of ["A", "B"]) await slow.until((push) => isLast(push, key), `the last ${key}`);
    const got = slow.frames.filter((push) => push.type === "message");
    assert.ok(got.length < rounds * 2, `${got.length} of ${rounds * 2} values were sent`);
    for (const key of ["A", "B"]) {
      const of = got.filter((message) => message.key === key).map(roundOf);
      assert.deepEqual(
        of,
        [...new Set(of)].toSorted((one, other) => Number(one) - Number(other)),
      );
    }
  });

  test("serves event streams and long polls alike", async (t) => {
    const server = await startTestServer(t, { settings: rule(SLOW) });
    await publish(server, [
      ["ACME", 1],
      ["ACME", 2],
    ]);
    const stream = await EventStreamClient.open(t, server, "channels=stock");
    assert.equal((await stream.next("subscribed")).deliver, "latest");
    assert.deepEqual(shown(await stream.messages(1)), { ACME: 2 });
    const poll = PollClient.open(t, server, "channels=stock");
    assert.equal((await poll.next("subscribed")).deliver, "latest");
    assert.deepEqual(shown(await poll.messages(1)), { ACME: 2 });
    await publish(server, [["WIDG", 3]]);
    assert.deepEqual(shown(await stream.messages(1)), { WIDG: 3 });
    assert.deepEqual(shown(await poll.messages(1)), { WIDG: 3 });
  });

  test("is forgotten by a purge", async (t) => {
    const server = await startTestServer(t, { settings: rule(FAST) });
    await publish(server, [["ACME", 1]]);
    const client = await NativeClient.open(t, server, "channels=stock");
    await client.next("message");
    assert.equal((await server.api("DELETE", "/api/channels/stock/messages")).status, 200);
    const late = await NativeClient.open(t, server, "channels=stock");
    await late.next("position");
    assert.ok(late.frames.every(({ type }) => type !== "message"));
    await publish(server, [["ACME", 2]]);
    assert.equal((await client.next("message")).data, 2);
    assert.equal((await late.next("message")).data, 2);
  });
});

describe("the rate of a channel that delivers the latest", () => {
  test("can be asked for with the subscription, within the rule's", async (t) => {
    const server = await startTestServer(t, { settings: rule({ ...FAST, maxRate: 4 }) });
    const client = await NativeClient.open(t, server, "user=ann");
    for (const [asked, inForce] of [
      [2, 2],
      [3.9, 2],
      [0.07, 0.05],
      [4, 4],
      [100, 4],
    ]) {
      client.send({ type: "subscribe", id: 1, channel: "stock", maxRate: asked });
      assert.equal((await client.answer("subscribed", 1)).maxRate, inForce);
      client.send({ type: "unsubscribe", id: 2, channel: "stock" });
      await client.answer("unsubscribed", 2);
    }
    client.send({ type: "subscribe", id: 3, channel: "stock", maxRate: 0 });
    assert.match((await client.answer("error", 3)).message, /maxRate/);
    const other = await NativeClient.open(t, server);
    other.send({ type: "connect", id: 1, subscriptions: { stock: { maxRate: 1 } } });
    assert.equal((await other.next("subscribed")).maxRate, 1);
  });

  test("changes live, and the answer says what is in force", async (t) => {
    const server = await startTestServer(t, { settings: rule({ ...FAST, maxRate: 10 }) });
    const client = await NativeClient.open(t, server, "channels=stock,news");
    await client.next("subscribed");
    client.send({ type: "rate", id: 1, channel: "stock", maxRate: 0.01 });
    assert.equal((await client.answer("rate", 1)).maxRate, 0.01);
    await publish(server, [["ACME", 1]]);
    assert.equal((await client.next("message")).data, 1);
    await publish(server, [["ACME", 2]]);
    await client.settled();
    client.send({ type: "rate", id: 2, channel: "stock", maxRate: 1000 });
    assert.equal((await client.answer("rate", 2)).maxRate, 10);
    assert.equal((await client.next("message")).data, 2, "what waited for the low rate comes now");
    client.send({ type: "rate", id: 3, channel: "other", maxRate: 1 });
    assert.equal((await client.answer("error", 3)).code, "not_subscribed");
    client.send({ type: "rate", id: 4, channel: "news", maxRate: 1 });
    assert.equal((await client.answer("rate", 4)).maxRate, undefined, "news delivers every message");
  });

  test("changes with the rules, in both directions between the modes, and nothing is lost", async (t) => {
    const server = await startTestServer(t, { settings: rule({ match: "stock" }) });
    const client = await NativeClient.open(t, server, "channels=stock");
    assert.equal((await client.next("subscribed")).deliver, "all");
    await publish(server, [
      ["ACME", 1],
      ["WIDG", 2],
    ]);
    await client.messages(2);
    server.reconfigure(rule(SLOW));
    const latest = await client.next("subscribed");
    assert.deepEqual([latest.deliver, latest.maxRate], ["latest", 0.01]);
    const late = await NativeClient.open(t, server, "channels=stock");
    assert.deepEqual(shown(await late.messages(2)), { ACME: 1, WIDG: 2 }, "found in the history");
    await publish(server, [["ACME", 3]]);
    assert.equal((await client.next("message")).data, 3);
    await publish(server, [["ACME", 4]]);
    await publish(server, [["ACME", 5]]);
    server.reconfigure(rule(FAST));
    assert.equal((await client.next("rate")).maxRate, 20);
    assert.equal((await client.next("message")).data, 5);
    server.reconfigure(rule(SLOW));
    await client.next("rate");
    await publish(server, [["WIDG", 6]]);
    await client.next("message");
    await publish(server, [["WIDG", 7]]);
    server.reconfigure(rule({ match: "stock" }));
    const all = await client.next("subscribed");
    assert.equal(all.deliver, "all");
    assert.equal((await client.next("message")).data, 7);
    await publish(server, [["WIDG", 8]]);
    await publish(server, [["WIDG", 9]]);
    assert.deepEqual(
      (await client.messages(2)).map(({ data }) => data),
      [8, 9],
    );
  });
});
