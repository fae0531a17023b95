import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Tidewire } from "@tidewire/client";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { callApi, serverFor } from "./support/start-server.ts";
import { StubbornProxy } from "./support/stubborn-proxy.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** What a client that is connected has to be able to do, through whatever door. */
async function talk(client: Tidewire): Promise<void> {
  const room = client.subscribe("room.1");
  await room.ready();
  const later = new Collected(client.subscribe("later", { since: "earliest" }));
  const answers = await Promise.all(upTo(20).map((n) => client.publish("later", n)));
  await later.until(20);
  assert.deepEqual(later.data, upTo(20), "in order");
  assert.deepEqual(
    answers.map(({ offset }) => offset),
    upTo(20),
  );
  assert.equal((await client.history("later", { limit: 3 })).messages.length, 3);
  assert.deepEqual(
    (await client.presence("room.1")).members.map(({ user }) => user),
    ["ann"],
  );
  await assert.rejects(client.presence("later"), { code: "presence_off" });
  room.unsubscribe();
  await assert.rejects(client.subscribe("@bob").ready(), { code: "permission_denied" });
}

describe("a network without WebSocket", () => {
  test("is crossed by server-sent events", async (t) => {
    const server = await serverFor(t);
    const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused" });
    const client = clientOf(t, proxy.url, { user: "ann" });
    await stateOf(client, "live");
    assert.deepEqual(proxy.asked, ["WebSocket", "/events"]);
    await talk(client);
    assert.equal(proxy.mostListening, 1);
  });

  test("that holds streams back is crossed by long polling", async (t) => {
    const server = await serverFor(t);
    const proxy = await StubbornProxy.start(t, server.port, { upgrades: "ignored", buffers: true });
    const client = clientOf(t, proxy.url, { user: "ann", connectTimeoutMs: 500 });
    await stateOf(client, "live");
    assert.deepEqual([...new Set(proxy.asked)], ["WebSocket", "/events", "/poll"]);
    await talk(client);
  });

  test("loses and repeats nothing when it is cut again and again, in both directions", async (t) => {
    for (const buffers of [false, true]) {
      const server = await serverFor(t);
      const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused", buffers });
      const client = clientOf(t, proxy.url, { user: "ann", connectTimeoutMs: 500 });
      const heard = new Collected(client.subscribe("log"));
      await client.subscribe("log").ready();
      const answers = upTo(60).map((n) => client.publish("log", n));
      for (let cuts = 1; cuts <= 4; cuts++) {
        await heard.until(cuts * 10);
        proxy.cut();
      }
      await heard.until(60);
      assert.deepEqual(heard.data, upTo(60));
      const offsets = (await Promise.all(answers)).map(({ offset }) => offset);
      assert.deepEqual(offsets, upTo(60), "each was stored once, in the order it was published");
      client.close();
    }
  });

  test("remembers what worked: the next connection does not try WebSocket again", async (t) => {
    const server = await serverFor(t);
    const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused" });
    const client = clientOf(t, proxy.url, { user: "ann" });
    await stateOf(client, "live");
    const offline = stateOf(client, "offline");
    proxy.cut();
    await offline;
    await stateOf(client, "live");
    assert.deepEqual(proxy.asked, ["WebSocket", "/events", "/events"]);
  });
});

test("a client that changes from WebSocket to events and back keeps its session and misses nothing", async (t) => {
  const server = await serverFor(t);
  const proxy = await StubbornProxy.start(t, server.port, { upgrades: "passed" });
  let nowMs = Date.now();
  const client = clientOf(t, proxy.url, { user: "ann" }, undefined, () => nowMs);
  const heard = new Collected(client.subscribe("news"));
  await client.subscribe("news").ready();
  const push = (data: number): Promise<unknown> =>
    callApi(server, "POST", "/channels/news/messages", { data });
  const { connection } = await stateOf(client, "live");
  const change = async (upgrades: "passed" | "refused", data: number): Promise<void> => {
    proxy.stubbornness = { upgrades };
    const offline = stateOf(client, "offline");
    proxy.cut();
    await offline;
    await push(data);
    assert.equal((await stateOf(client, "live")).connection, connection, "the session goes on");
    await heard.until(data);
  };
  await push(1);
  await change("refused", 2);
  assert.equal(proxy.asked.at(-1), "/events");
  nowMs += 3_600_000;
  await change("passed", 3);
  assert.equal(proxy.asked.at(-1), "WebSocket");
  assert.deepEqual(heard.data, [1, 2, 3]);
});

test("a server that is away is not looked for behind other doors", async (t) => {
  const server = await serverFor(t);
  const proxy = await StubbornProxy.start(t, server.port, { upgrades: "passed" });
  const client = clientOf(t, proxy.url, { user: "ann" });
  await stateOf(client, "live");
  proxy.stubbornness = { upgrades: "refused" };
  proxy.cut();
  await stateOf(client, "offline");
  await stateOf(client, "connecting");
  await stateOf(client, "offline");
  assert.deepEqual(new Set(proxy.asked), new Set(["WebSocket"]));
});

test("a session that is kicked over events is told why and stays away", async (t) => {
  const server = await serverFor(t);
  const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused" });
  const client = clientOf(t, proxy.url, { user: "ann" });
  await stateOf(client, "live");
  await callApi(server, "POST", "/users/ann/disconnect", { reason: "enough" });
  assert.equal((await stateOf(client, "kicked")).reason, "enough");
  assert.deepEqual(proxy.asked, ["WebSocket", "/events"]);
});

test("a client that is closed leaves no request behind", async (t) => {
  const server = await serverFor(t);
  const proxy = await StubbornProxy.start(t, server.port, { upgrades: "refused" });
  const client = clientOf(t, proxy.url, { user: "ann" });
  await stateOf(client, "live");
  client.close();
  await proxy.quiet();
});
