import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Tidewire } from "@tidewire/client";
import { FakeHost } from "./support/fake-host.ts";
import { message, subscribed } from "./support/pushes.ts";
import { startConnected } from "./support/start-client.ts";

/** Gives how many listeners are on a target now, for the events of a page. */
function countListeners(target: EventTarget): () => number {
  const types = ["visibilitychange", "freeze", "resume", "online", "offline", "pagehide", "pageshow"];
  return () => types.reduce((count, type) => count + getEventListeners(target, type).length, 0);
}

test("close releases every listener, timer and socket", () => {
  const host = new FakeHost();
  const onWindow = countListeners(host.window);
  const onDocument = countListeners(host.document);
  const client = new Tidewire("", {}, host.environment);
  client.subscribe("a", { since: "earliest" });
  host.welcome();
  host.socket.receive(subscribed("a", 9), message("a", 1));
  void client.presence("a");
  assert.deepEqual([onWindow(), onDocument()], [4, 2]);
  assert.ok(host.timers > 1, "the heartbeat, the question and the progress have timers");
  client.close();
  assert.deepEqual([onWindow(), onDocument(), host.timers, host.keptSockets], [0, 0, 0, 0]);
  assert.deepEqual(host.socket.closedWith, { code: 1000 }, "the server may end the session");
});

test("close releases the listeners of a client whose garbage was collected meanwhile", async () => {
  setFlagsFromString("--expose-gc");
  const host = new FakeHost();
  const onWindow = countListeners(host.window);
  const client = new Tidewire("", {}, host.environment);
  host.welcome();
  await turn();
  runInNewContext("gc()");
  client.close();
  assert.equal(onWindow(), 0);
});

test("a client that is made and closed a thousand times leaves nothing behind", () => {
  const host = new FakeHost();
  const onWindow = countListeners(host.window);
  for (let i = 0; i < 1000; i++) {
    const client = new Tidewire("", {}, host.environment);
    if (i % 2 === 0) host.welcome();
    client.close();
  }
  assert.deepEqual([onWindow(), host.timers, host.keptSockets], [0, 0, 0]);
});

test("messages that arrive after close are not delivered", (t) => {
  const { host, client } = startConnected(t);
  const got: unknown[] = [];
  client.subscribe("a", { since: "earliest" }).on("message", (m) => got.push(m));
  client.on("message", (m) => got.push(m));
  host.socket.receive(subscribed("a", 3));
  const { socket } = host;
  client.close();
  socket.receive(message("a", 1), message("a", 2));
  assert.deepEqual([got, host.errors], [[], []]);
});

test("messages that arrive after unsubscribe are not delivered, nor the rest of handlers called", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const got: unknown[] = [];
  subscription.on("message", (m) => {
    got.push(["first", m.offset]);
    subscription.unsubscribe();
  });
  subscription.on("message", (m) => got.push(["second", m.offset]));
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2));
  assert.deepEqual(got, [["first", 1]]);
});

test("close inside a handler ends everything there and then", (t) => {
  const { host, client } = startConnected(t);
  const got: unknown[] = [];
  const subscription = client.subscribe("a");
  subscription.on("message", () => client.close());
  subscription.on("message", (m) => got.push(m));
  client.on("message", (m) => got.push(m));
  host.socket.receive(subscribed("a", 0), message("a", 1), message("a", 2));
  assert.deepEqual([got, client.state.status, host.timers], [[], "closed", 0]);
});

test("close inside a state handler is carried out", (t) => {
  const { host, client } = startConnected(t);
  client.on("state", () => client.close());
  host.socket.end(1006);
  assert.deepEqual([client.state.status, host.timers], ["closed", 0]);
});

test("what waits is rejected at close, and promises that nobody holds do not end the process", async (t) => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  t.after(() => process.off("unhandledRejection", onUnhandled));
  const { host, client } = startConnected(t);
  const held = client.publish("a", 1);
  void client.publish("a", 2);
  void client.presence("a");
  void client.ack("a", 1);
  const subscription = client.subscribe("a", { since: "earliest" });
  const loop = subscription.messages();
  host.socket.receive(subscribed("a", 9), message("a", 1));
  client.close();
  await assert.rejects(held, { code: "closed" });
  assert.equal((await loop.next()).value?.offset, 1, "what had arrived is still the loop's");
  assert.deepEqual(await loop.next(), { done: true, value: undefined });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  assert.deepEqual(unhandled, []);
});

test("a kick rejects what waits, makes loops throw, and does not end the process", async (t) => {
  const { host, client } = startConnected(t);
  void client.publish("a", 2);
  const loop = client.subscribe("a").messages();
  const ready = client.subscribe("b").ready();
  host.socket.end(4403, "banned");
  await assert.rejects(loop.next(), { code: "disconnected", message: /banned/ });
  await assert.rejects(ready, { code: "disconnected" });
  await assert.rejects(client.publish("a", 3), { code: "disconnected" });
});

test("after close every call says so", async (t) => {
  const { client } = startConnected(t);
  const subscription = client.subscribe("a");
  client.close();
  client.close();
  assert.throws(() => client.connect(), { code: "closed" });
  assert.throws(() => client.subscribe("b"), { code: "closed" });
  await assert.rejects(subscription.publish(1), { code: "closed" });
  await assert.rejects(subscription.ready(), { code: "unsubscribed" });
  assert.deepEqual(subscription.state, { status: "ended", reason: undefined });
  assert.deepEqual(await subscription.messages().next(), { done: true, value: undefined });
  subscription.unsubscribe();
});
