import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const PLENTY = { match: "**", history: { messages: 100_000, bytes: "1GB" } };
const SMALL_OUTBOX = { outboxBytes: "32KB" };

/** So many of these are more than the network holds for a client that does not read. */
const BULK = "x".repeat(60_000);
const COUNT = 250;
const PER_REQUEST = 10;

/** Publishes such messages, numbered from 0, ten with each request; `between` runs after each of these. */
async function pushBulk(server: TestServer, channel: string, between?: () => Promise<void>): Promise<void> {
  for (let sent = 0; sent < COUNT; sent += PER_REQUEST) {
    const messages = Array.from({ length: PER_REQUEST }, (_, index) => ({
      channel,
      data: { number: sent + index, filling: BULK },
    }));
    const { status } = await server.api("POST", "/api/publish", { messages });
    assert.equal(status, 200);
    await between?.();
  }
}

describe("slow clients", () => {
  test("the stalled ones cost the healthy ones nothing, and get every message in order when they read", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [PLENTY], limits: SMALL_OUTBOX } });
    const open = (): Promise<NativeClient> => NativeClient.open(t, server, "channels=ticks");
    const healthy = await Promise.all(Array.from({ length: 5 }, open));
    const stalled = await Promise.all(Array.from({ length: 10 }, open));
    for (const client of [...healthy, ...stalled]) await client.next("subscribed");
    for (const client of stalled) client.socket.pause();
    const memoryBefore = process.memoryUsage().arrayBuffers;
    await pushBulk(server, "ticks", async () => {
      for (const client of healthy) await client.messages(PER_REQUEST);
    });
    const grown = process.memoryUsage().arrayBuffers - memoryBefore;
    assert.ok(
      grown < 50_000_000,
      `${grown} bytes of buffers, while ${COUNT * BULK.length * 10} wait for the stalled`,
    );
    for (const client of stalled) client.socket.resume();
    for (const client of stalled) {
      const messages = await client.messages(COUNT);
      assert.deepEqual(
        messages.map(({ offset }) => offset),
        Array.from({ length: COUNT }, (_, index) => index + 1),
      );
      assert.ok(client.frames.every(({ type }) => type !== "gap" && type !== "disconnect"));
    }
  });

  test("one that overran its outbox is told its position at the end of the catching up", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [PLENTY], limits: SMALL_OUTBOX } });
    const client = await NativeClient.open(t, server, "channels=ticks");
    await client.next("subscribed");
    client.socket.pause();
    await pushBulk(server, "ticks");
    client.socket.resume();
    assert.equal((await client.next("position")).offset, COUNT);
    await server.push("ticks", "live");
    assert.equal((await client.next("message")).data, "live");
  });

  test("without history, what did not fit is dropped, and the next message says how many", async (t) => {
    const settings = { channels: [{ match: "plain", history: "off" }], limits: SMALL_OUTBOX };
    const server = await startTestServer(t, { settings });
    const client = await NativeClient.open(t, server, "channels=plain");
    const healthy = await NativeClient.open(t, server, "channels=plain");
    await client.next("subscribed");
    await healthy.next("subscribed");
    client.socket.pause();
    await pushBulk(server, "plain", async () => {
      await healthy.messages(PER_REQUEST);
    });
    client.socket.resume();
    await client.settled();
    let heard = client.frames.filter(({ type }) => type === "message").length;
    assert.ok(heard < COUNT, "the network does not hold 15 MB");
    await server.push("plain", "last");
    const last = await client.until(
      (push) => push.type === "message" && push.data === "last",
      "the last one",
    );
    const frames = client.frames.filter((push) => push.type === "message");
    heard = frames.length - 1;
    const dropped = frames.reduce((sum, push) => sum + (push.dropped ?? 0), 0);
    assert.equal(heard + dropped, COUNT, "what was heard and what was dropped add up");
    assert.equal(last.type, "message");
  });

  test("a long history is replayed to a client that reads in its own time, in order", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [PLENTY] } });
    const messages = Array.from({ length: 1000 }, (_, index) => ({ channel: "log", data: index }));
    for (let batch = 0; batch < 5; batch += 1) await server.api("POST", "/api/publish", { messages });
    const client = await NativeClient.open(t, server, "channels=log&since=earliest");
    let expected = 1;
    while (expected <= 5000) {
      for (const { offset } of await client.messages(500)) {
        assert.equal(offset, expected);
        expected += 1;
      }
      client.socket.pause();
      await eventually("another turn", () => true);
      client.socket.resume();
    }
    assert.equal((await client.next("position")).offset, 5000);
  });
});

describe("compression", () => {
  test("clients with and without it hear the same, live, catching up and in history", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [PLENTY] } });
    const deflated = await NativeClient.open(t, server, "channels=news", { perMessageDeflate: true });
    const plain = await NativeClient.open(t, server, "channels=news");
    const off = { perMessageDeflate: { serverNoContextTakeover: true, serverMaxWindowBits: 10 } };
    const narrow = await NativeClient.open(t, server, "channels=news", off);
    assert.match(deflated.socket.extensions, /permessage-deflate/);
    const clients = [deflated, plain, narrow];
    for (const client of clients) await client.next("subscribed");
    const data = Array.from({ length: 40 }, (_, index) => ({
      text: "→ long enough ".repeat(index * 10),
      index,
    }));
    for (const one of data) await server.push("news", one);
    for (const client of clients) {
      assert.deepEqual(
        (await client.messages(data.length)).map((message) => message.data),
        data,
      );
    }
    for (const options of [{ perMessageDeflate: true }, { perMessageDeflate: false }]) {
      const late = await NativeClient.open(t, server, "channels=news&since=earliest", options);
      assert.deepEqual(
        (await late.messages(data.length)).map((message) => message.data),
        data,
      );
      late.send({ type: "history", id: 1, channel: "news" });
      assert.equal((await late.answer("history", 1)).messages.length, data.length);
    }
  });

  test("a client may compress what it sends", async (t) => {
    const server = await startTestServer(t);
    const perMessageDeflate = { threshold: 0 };
    const client = await NativeClient.open(t, server, "channels=news", { perMessageDeflate });
    await client.next("subscribed");
    client.send({ type: "publish", channel: "news", data: "compressed ".repeat(100) });
    assert.equal((await client.next("message")).data, "compressed ".repeat(100));
  });

  test("a small frame that inflates to a huge one is refused before it is inflated", async (t) => {
    const server = await startTestServer(t);
    const perMessageDeflate = { threshold: 0 };
    const bomb = await NativeClient.open(t, server, "channels=news", { perMessageDeflate });
    const neighbour = await NativeClient.open(t, server, "channels=news");
    await bomb.next("subscribed");
    await neighbour.next("subscribed");
    bomb.sendText(" ".repeat(50_000_000));
    assert.equal((await bomb.closed).code, 1009);
    await server.push("news", 1);
    await neighbour.next("message");
  });

  test("can be turned off", async (t) => {
    const server = await startTestServer(t, { settings: { deflate: false } });
    const client = await NativeClient.open(t, server, "channels=news", { perMessageDeflate: true });
    assert.equal(client.socket.extensions, "");
    await client.next("subscribed");
  });
});
