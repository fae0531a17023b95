import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { RawReader } from "./raw-reader.ts";
import { bytesOf, messagesToStall, SlowServer } from "./slow-server.ts";

const CHANNEL = "flood.a";
const MB = 1024 * 1024;

function open(t: TestContext, server: SlowServer, count: number, since = ""): RawReader[] {
  return Array.from({ length: count }, () => {
    const reader = new RawReader(server.port, `channels=${CHANNEL}&since=${since}`);
    t.after(() => reader.destroy());
    return reader;
  });
}

/** Asks the server again and again, since a subscription that ends elsewhere tells nobody here. */
async function untilSubscribers(server: SlowServer, count: number): Promise<void> {
  while ((await server.subscribers(CHANNEL)) !== count) await wait(50);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

test("200 clients that stop reading cost no memory, delay nobody, and get every message in the end", async (t) => {
  const stalledCount = 200;
  const healthyCount = 200;
  const server = await SlowServer.start(t, { stallTimeoutMs: "30m" });
  const stalled = open(t, server, stalledCount);
  const healthy = open(t, server, healthyCount);
  for (const reader of healthy) reader.read();
  await untilSubscribers(server, stalledCount + healthyCount);
  await server.flood(CHANNEL, 1);
  await Promise.all(healthy.map((reader) => reader.messages(1)));
  const before = await server.memoryBytes();

  const count = messagesToStall();
  await server.flood(CHANNEL, count - 1);
  await Promise.all(healthy.map((reader) => reader.messages(count)));
  const grown = (await server.memoryBytes()) - before;
  const owed = stalledCount * bytesOf(count);
  t.diagnostic(`${(owed / MB).toFixed(0)} MB were published for clients that do not read`);
  t.diagnostic(`the server's memory grew by ${(grown / MB).toFixed(0)} MB`);
  assert.ok(grown < owed / 8, `memory grew by ${grown} bytes, while ${owed} were owed`);
  for (const reader of healthy)
    assert.deepEqual(reader.offsets, upTo(count), "healthy clients get everything");
  assert.equal(await server.subscribers(CHANNEL), stalledCount + healthyCount, "nobody was sent away");

  for (const reader of stalled) reader.read();
  // None of them was served from memory all the time, since a `position` ends every catch-up.
  await Promise.all(stalled.map((reader) => reader.other("position")));
  for (const reader of stalled) {
    assert.deepEqual(reader.offsets, upTo(count), "every message once, in order");
    assert.deepEqual(reader.others, ["connected", "subscribed", "position"], "and no gap");
  }
  assert.deepEqual(server.errors, []);
});

test("a client that reads nothing for the stall time-out is closed, and resumes when it returns", async (t) => {
  const stalledCount = 20;
  const server = await SlowServer.start(t, { pingIntervalMs: "1s", stallTimeoutMs: "2s" });
  const [healthy, ...others] = open(t, server, 2);
  assert.ok(healthy !== undefined);
  for (const reader of [healthy, ...others]) reader.read();
  const stalled = open(t, server, stalledCount);
  await untilSubscribers(server, stalledCount + 2);
  const count = messagesToStall();
  await server.flood(CHANNEL, count);
  await healthy.messages(count);
  await untilSubscribers(server, 2);
  assert.deepEqual(healthy.offsets, upTo(count), "who reads stays");

  for (const reader of stalled) reader.read();
  await Promise.all(stalled.map((reader) => reader.ended));
  for (const reader of stalled) {
    const got = reader.offsets.length;
    assert.deepEqual(reader.offsets, upTo(got), "what still arrives is in order");
    assert.ok(got < count, "it was cut off");
    assert.ok(
      reader.disconnectCode === null || reader.disconnectCode === 4001,
      "nobody forbids it to come back",
    );
    const [back] = open(t, server, 1, `${reader.epoch}:${got}`);
    assert.ok(back !== undefined);
    back.read();
    await back.messages(count - got);
    assert.deepEqual(
      [...reader.offsets, ...back.offsets],
      upTo(count),
      "the rest follows, once and in order",
    );
    assert.ok(!back.others.includes("gap"));
  }
  assert.deepEqual(server.errors, []);
});
