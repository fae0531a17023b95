import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor } from "../support/proxy/fault-proxy.ts";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { callApi, serverFor, startServer, withDataFolder } from "./support/start-server.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test("a connection that is cut again and again loses nothing and repeats nothing, in both directions", async (t) => {
  const server = await serverFor(t);
  const proxy = await proxyFor(t, server.port);
  const reader = clientOf(t, proxy.url, { user: "reader" });
  const writer = clientOf(t, proxy.url, { user: "writer" });
  const heard = new Collected(reader.subscribe("log"));
  await reader.subscribe("log").ready();
  const answers = upTo(300).map((n) => {
    const answer = writer.publish("log", n);
    return answer;
  });
  for (let cuts = 1; cuts <= 10; cuts++) {
    await heard.until(cuts * 10);
    proxy.reset();
  }
  await heard.until(300);
  assert.deepEqual(heard.data, upTo(300));
  const offsets = (await Promise.all(answers)).map(({ offset }) => offset);
  assert.deepEqual(offsets, upTo(300), "each was stored once, in the order it was published");
});

test("a network that dies without a word is noticed, and what was missed arrives", async (t) => {
  const server = await serverFor(t);
  const proxy = await proxyFor(t, server.port);
  const page = {
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { visibilityState: "visible" }),
  };
  const client = clientOf(t, proxy.url, { user: "ann", probeTimeoutMs: 50 }, page);
  const heard = new Collected(client.subscribe("news"));
  await client.subscribe("news").ready();
  proxy.blackhole();
  await callApi(server, "POST", "/channels/news/messages", { data: "missed" });
  proxy.restore();
  page.window.dispatchEvent(new Event("online"));
  await heard.until(1);
  assert.deepEqual(heard.data, ["missed"]);
});

test("a server that restarts gets its clients back, and they get what was published after", (t) =>
  withDataFolder(async (data) => {
    const first = await startServer({ engine: "lmdb", data });
    const client = clientOf(t, first.url, { user: "ann" });
    const heard = new Collected(client.subscribe("log"));
    await client.subscribe("log").ready();
    await client.publish("log", "before");
    await heard.until(1);
    const offline = stateOf(client, "offline");
    await first.stop();
    await offline;
    const waiting = client.publish("log", "while away");
    const second = await startServer({ engine: "lmdb", data, port: first.port });
    try {
      await callApi(second, "POST", "/channels/log/messages", { data: "after" });
      await waiting;
      await heard.until(3);
    } finally {
      await second.stop();
    }
    assert.deepEqual(new Set(heard.data), new Set(["before", "while away", "after"]));
    assert.deepEqual(
      heard.messages.map((message) => message.offset),
      [1, 2, 3],
    );
  }));

test("a session that returns is announced to nobody", async (t) => {
  const server = await serverFor(t);
  const proxy = await proxyFor(t, server.port);
  const watcher = clientOf(t, server.url, { user: "watcher" });
  const room = watcher.subscribe("room.1");
  await room.ready();
  const moves: string[] = [];
  room.on("join", (members) => moves.push(...members.map((member) => `+${member.user}`)));
  room.on("leave", (members) => moves.push(...members.map((member) => `-${member.user}`)));
  const guest = clientOf(t, proxy.url, { user: "guest" });
  await guest.subscribe("room.1").ready();
  const before = await stateOf(guest, "live");
  proxy.reset();
  await stateOf(guest, "offline");
  const after = await stateOf(guest, "live");
  assert.equal(after.connection, before.connection, "the session goes on");
  await guest.subscribe("room.1").ready();
  guest.close();
  const gone = new Promise<void>((resolve) => {
    room.on("leave", () => resolve());
  });
  await gone;
  assert.deepEqual(moves, ["+guest", "-guest"]);
});
