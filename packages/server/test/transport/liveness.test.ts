import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { ADMIN } from "../support/http-server.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTransport, type TestTransport } from "../support/start-transport.ts";

const PING_MS = 25_000;
const STALL_MS = 60_000;

async function publish({ domain }: TestTransport, channel: string, dataJson: string): Promise<void> {
  const published = await domain.publishing.publish({
    channel,
    dataJson,
    id: null,
    key: null,
    priority: null,
    exclude: null,
    from: { kind: "api" },
    door: "http",
  });
  assert.ok(published.ok);
}

describe("who is alive", () => {
  test("every connection is pinged, and one that answers is kept for good", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    for (let beat = 1; beat <= 8; beat += 1) {
      transport.passTime(PING_MS);
      await client.pinged(beat);
      // The pong must have arrived before the next heartbeat looks for it.
      await client.settled();
    }
    assert.equal(client.isClosed, false, "200 s have passed");
  });

  test("one that answers nothing is closed with 4001, although the kernel takes every ping", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news", { autoPong: false });
    await client.next("subscribed");
    transport.passTime(STALL_MS - 1000);
    await client.pinged(2);
    assert.equal(client.isClosed, false);
    transport.passTime(1000);
    const disconnect = await client.next("disconnect");
    assert.deepEqual([disconnect.code, disconnect.reconnect], [4001, true], "it may come back and resume");
    assert.equal((await client.closed).code, 4001);
  });

  test("messages that only the kernel takes are no sign of life either", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news", { autoPong: false });
    await client.next("subscribed");
    for (let second = 0; second < STALL_MS / 1000; second += 1) {
      await publish(transport, "news", `${second}`);
      await client.next("message");
      transport.passTime(1000);
    }
    assert.equal((await client.next("disconnect")).code, 4001);
  });

  test("any inbound byte counts, not only a pong", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news", { autoPong: false });
    await client.next("subscribed");
    for (let round = 0; round < 6; round += 1) {
      transport.passTime(STALL_MS / 2);
      await client.settled();
    }
    assert.equal(client.isClosed, false);
  });

  test("who reads slowly is kept, however long it takes", async (t) => {
    const history = { messages: 2000, bytes: "1GB" };
    const transport = await startTransport(t, { channels: [{ match: "**", history }] });
    const client = await NativeClient.open(t, transport, "channels=news", { autoPong: false });
    await client.next("subscribed");
    client.socket.pause();
    const data = JSON.stringify("x".repeat(60_000));
    const sent = 900;
    for (let count = 0; count < sent; count += 1) await publish(transport, "news", data);
    // 8 MB at a time, more than the network holds on its way, so that the server sees some of it go.
    const portion = 140;
    const portions = 5;
    for (let taken = 0; taken < portions; taken += 1) {
      client.socket.resume();
      await client.messages(portion);
      client.socket.pause();
      transport.passTime(STALL_MS * 0.6);
    }
    client.socket.resume();
    const rest = await client.messages(sent - portions * portion);
    assert.equal(rest.at(-1)?.offset, sent);
    assert.ok(
      client.frames.every(({ type }) => type !== "disconnect" && type !== "gap"),
      "three stall time-outs have passed",
    );
  });

  test("one that reads nothing at all while messages wait for it is closed", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    client.socket.pause();
    const data = JSON.stringify("x".repeat(60_000));
    for (let count = 0; count < 200; count += 1) await publish(transport, "news", data);
    const [session] = [...transport.domain.sessions.all()];
    assert.ok(session !== undefined);
    await eventually("the socket is full", () => session.outbox?.hasRoom === false);
    transport.passTime(2 * STALL_MS);
    const closed = transport.logger.of("connection.closed");
    await eventually(
      "its end is logged",
      () => closed.length > 0 || transport.logger.of("connection.closed").length > 0,
    );
    assert.equal(transport.transport.size, 0, "and nothing of it is left");
  });
});

describe("who says nothing", () => {
  test("is closed with 4002 when the time to connect is over", async (t) => {
    const transport = await startTransport(t, { sessions: { connectTimeoutMs: "10s" } });
    const client = await NativeClient.open(t, transport);
    transport.passTime(9900);
    client.socket.ping();
    await within(once(client.socket, "pong"), "a pong");
    assert.equal(client.isClosed, false);
    transport.passTime(200);
    const disconnect = await client.next("disconnect");
    assert.deepEqual([disconnect.code, disconnect.reconnect], [4002, true]);
  });

  test("and one that connects in time stays", async (t) => {
    const transport = await startTransport(t, { sessions: { connectTimeoutMs: "10s" } });
    const client = await NativeClient.open(t, transport);
    transport.passTime(9000);
    client.send({ type: "connect" });
    await client.connected();
    transport.passTime(20_000);
    await client.settled();
    assert.equal(client.isClosed, false);
  });
});

describe("a position that no message told", () => {
  test("follows with the heartbeat, once", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news");
    const { connection } = await client.connected();
    await client.next("subscribed");
    const { domain } = transport;
    const content = { dataJson: "1", id: null, key: null, priority: null, exclude: connection };
    await domain.pushing.publish(ADMIN, "news", content);
    await client.settled();
    transport.passTime(PING_MS);
    assert.equal((await client.next("position")).offset, 1);
    await client.settled();
    transport.passTime(PING_MS);
    assert.deepEqual(await client.settled(), []);
  });
});
