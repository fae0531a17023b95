import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FrameReader } from "../support/frame-reader.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { TRANSPORTS } from "../transport/transport-clients.ts";

const ROOM = { match: "room", deliver: "budget", publish: "anyone" };

async function pushNumbers(
  server: TestServer,
  from: number,
  to: number,
  more: Readonly<Record<string, unknown>> = {},
) {
  const messages = Array.from({ length: to - from }, (_, index) => ({
    channel: "room",
    data: from + index,
    ...more,
  }));
  const { status } = await server.api("POST", "/api/publish", { messages });
  assert.equal(status, 200);
}

/** Reads up to the message with this number; gives all numbers heard and how many the server says it dropped. */
async function readUpTo(reader: FrameReader, number: number) {
  await reader.until((push) => push.type === "message" && push.data === number, `message ${number}`);
  const messages = reader.frames.filter((push) => push.type === "message");
  const heard = messages.map(({ data }) => Number(data));
  return { heard, dropped: messages.reduce((sum, { dropped = 0 }) => sum + dropped, 0) };
}

for (const transport of TRANSPORTS) {
  for (const history of ["on", "off"]) {
    test(`over ${transport.name}, with history ${history}, heard and dropped add up, within the rate`, async (t) => {
      const settings = { channels: [{ ...ROOM, history, budget: 20 }] };
      const server = await startTestServer(t, { settings });
      const { reader } = await transport.open(t, server, { channels: { room: undefined } });
      assert.equal((await reader.next("subscribed")).deliver, "budget");
      const startMs = performance.now();
      for (let from = 1; from <= 401; from += 100) await pushNumbers(server, from, from + 100);
      const { heard, dropped } = await readUpTo(reader, 500);
      const seconds = (performance.now() - startMs) / 1000;
      assert.equal(heard.length + dropped, 500);
      assert.deepEqual(
        heard,
        heard.toSorted((one, other) => one - other),
      );
      assert.ok(heard.length <= 20 * Math.ceil(seconds), `${heard.length} in ${seconds} s`);
      assert.ok(reader.frames.every(({ type }) => type !== "gap"));
    });
  }

  test(`over ${transport.name}, who comes back gets the newest, and is told of the rest`, async (t) => {
    const settings = { channels: [{ ...ROOM, budget: 5 }] };
    const server = await startTestServer(t, { settings });
    const { epoch = "" } = await server.push("room", 1);
    await pushNumbers(server, 2, 101);
    const { reader } = await transport.open(t, server, { channels: { room: { epoch, offset: 40 } } });
    const subscribed = await reader.next("subscribed");
    assert.deepEqual([subscribed.recovered, subscribed.offset], [true, 100]);
    const { heard, dropped } = await readUpTo(reader, 100);
    assert.deepEqual(heard, [96, 97, 98, 99, 100]);
    assert.equal(dropped, 55);
    assert.equal((await reader.next("position")).offset, 100);
  });
}

describe("a room with a budget", () => {
  test("never drops what the backend marks, and what clients mark only where the rule allows it", async (t) => {
    for (const clientPriority of [true, false]) {
      const settings = { channels: [{ ...ROOM, budget: 1, clientPriority }] };
      const server = await startTestServer(t, { settings });
      const viewer = await NativeClient.open(t, server, "channels=room&user=ann");
      const writer = await NativeClient.open(t, server, "user=bob");
      await viewer.next("subscribed");
      await pushNumbers(server, 1, 100);
      for (let number = 100; number < 110; number += 1) {
        writer.send({ type: "publish", channel: "room", data: number, priority: "high", id: number });
        await writer.answer("published", number);
      }
      await pushNumbers(server, 110, 111, { priority: "high" });
      const { heard, dropped } = await readUpTo(viewer, 110);
      assert.equal(heard.length + dropped, 110);
      const marked = heard.filter((number) => number >= 100 && number < 110).length;
      if (clientPriority) assert.equal(marked, 10);
      else assert.ok(marked < 10, "they are drawn by lot like all others");
    }
  });

  test("gives everybody their own messages, and leaves out who is excluded", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [{ ...ROOM, budget: 1 }] } });
    const ann = await NativeClient.open(t, server, "channels=room&user=ann");
    const bob = await NativeClient.open(t, server, "channels=room&user=bob");
    const { connection } = await bob.connected();
    await ann.next("subscribed");
    await bob.next("subscribed");
    await pushNumbers(server, 1, 50);
    for (let number = 50; number < 60; number += 1)
      ann.send({ type: "publish", channel: "room", data: number });
    await ann.settled();
    await pushNumbers(server, 60, 80, { exclude: connection });
    await pushNumbers(server, 80, 81, { priority: "high" });
    const annHeard = await readUpTo(ann, 80);
    const own = annHeard.heard.filter((number) => number >= 50 && number < 60);
    assert.equal(own.length, 10);
    assert.equal(annHeard.heard.length + annHeard.dropped, 80);
    const bobHeard = await readUpTo(bob, 80);
    assert.equal(
      bobHeard.heard.length + bobHeard.dropped,
      60,
      "what is not for him does not count as dropped",
    );
  });

  test("tells at once who comes and who leaves", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [{ ...ROOM, presence: true }] } });
    const ann = await NativeClient.open(t, server, "channels=room&user=ann");
    assert.equal((await ann.next("presence")).members?.length, 1);
    const bob = await NativeClient.open(t, server, "channels=room&user=bob");
    await bob.next("presence");
    assert.equal((await ann.next("join")).members?.[0]?.user, "bob");
    bob.socket.close(1000);
    assert.equal((await ann.next("leave")).members?.[0]?.user, "bob");
  });

  test("begins and ends with the rules, while people are there", async (t) => {
    const rules = (deliver: string) => ({ channels: [{ ...ROOM, deliver, budget: 5 }] });
    const server = await startTestServer(t, { settings: rules("all") });
    const client = await NativeClient.open(t, server, "channels=room");
    await client.next("subscribed");
    await pushNumbers(server, 1, 51);
    await client.messages(50);
    server.reconfigure(rules("budget"));
    assert.equal((await client.next("subscribed")).deliver, "budget");
    await pushNumbers(server, 51, 151);
    const { heard, dropped } = await readUpTo(client, 150);
    assert.equal(heard.length + dropped, 150);
    assert.ok(dropped > 0);
    server.reconfigure(rules("all"));
    assert.equal((await client.next("subscribed")).deliver, "all");
    await pushNumbers(server, 151, 201);
    assert.deepEqual(
      (await client.messages(50)).map(({ data }) => data),
      Array.from({ length: 50 }, (_, index) => 151 + index),
    );
  });

  test("a window joins what all its subscribers get, in order and without loss", async (t) => {
    const settings = { channels: [{ match: "room", window: "50ms" }] };
    const server = await startTestServer(t, { settings });
    const client = await NativeClient.open(t, server, "channels=room");
    assert.equal((await client.next("subscribed")).deliver, "all");
    for (let number = 1; number <= 100; number += 1) await server.push("room", number);
    assert.deepEqual(
      (await client.messages(100)).map(({ offset }) => offset),
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });
});
