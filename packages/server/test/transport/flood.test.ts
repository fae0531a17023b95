import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { ADMIN } from "../support/http-server.ts";
import { NativeClient } from "../support/native-client.ts";
import { maskedFrame, openRawWebSocket } from "../support/raw-websocket.ts";
import { startTransport, type TestTransport } from "../support/start-transport.ts";

const MB = 1024 * 1024;

/** Sends the same command again and again until the server stops reading; gives how often. */
async function floodUntilPaused(
  { sockets }: TestTransport,
  client: NativeClient,
  command: Readonly<Record<string, unknown>>,
): Promise<number> {
  const [socket] = sockets;
  assert.ok(socket !== undefined);
  const text = JSON.stringify(command);
  let isPaused = false;
  const paused = once(socket, "pause").then(() => {
    isPaused = true;
  });
  let sent = 0;
  const flood = async (): Promise<void> => {
    while (!isPaused) {
      for (let burst = 0; burst < 50; burst += 1) client.sendText(text);
      sent += 50;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  await within(Promise.all([paused, flood()]), "the end of reading", () => `${sent} commands were sent`);
  return sent;
}

describe("a client that asks much and reads nothing", () => {
  test("is not read while its answers wait, and then gets every one of them", async (t) => {
    const transport = await startTransport(t, { channels: [{ match: "room", presence: true }] });
    const client = await NativeClient.open(t, transport);
    client.send({ type: "connect", info: { text: "x".repeat(2000) }, subscriptions: { room: {} } });
    await client.next("presence");
    client.socket.pause();
    const sent = await floodUntilPaused(transport, client, { type: "presence", id: 1, channel: "room" });
    const waiting = transport.sockets[0]?.writableLength ?? 0;
    assert.ok(waiting < 2 * MB, `${waiting} bytes of answers wait`);
    client.socket.resume();
    for (let answers = 0; answers < sent; answers += 1) await client.answer("presence", 1);
    await client.settled();
  });

  test("is not read further within one packet either, once the answers to it are too much", async (t) => {
    const transport = await startTransport(t, { channels: [{ match: "room", presence: true }] });
    const member = await NativeClient.open(t, transport);
    member.send({ type: "connect", info: { text: "x".repeat(2000) }, subscriptions: { room: {} } });
    await member.next("presence");
    const port = Number(new URL(transport.wsUrl).port);
    const raw = await openRawWebSocket(t, { port }, "/connect?user=ann");
    const [, socket] = transport.sockets;
    assert.ok(socket !== undefined);
    const paused = once(socket, "pause");
    const command = Buffer.from(JSON.stringify({ type: "presence", id: 1, channel: "room" }));
    let received = 0;
    raw.socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    // One write of 60 KB asks for 2 MB.
    const count = 1000;
    raw.socket.write(Buffer.concat(Array.from({ length: count }, () => maskedFrame(0x81, command))));
    await within(paused, "the end of reading");
    await eventually("all of it is answered", () => received > count * 2000);
  });

  test("that are pages of history does not fill the memory with them", async (t) => {
    const transport = await startTransport(t, {
      limits: { maxMessageBytes: "1MB", lineBytes: "2MB", bodyBytes: "2MB" },
    });
    const client = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    const content = { id: null, key: null, priority: null, exclude: null };
    for (let count = 0; count < 10; count += 1) {
      await transport.domain.pushing.publish(ADMIN, "news", {
        ...content,
        dataJson: JSON.stringify("x".repeat(100_000)),
      });
    }
    await client.messages(10);
    client.socket.pause();
    const sent = await floodUntilPaused(transport, client, { type: "history", id: 1, channel: "news" });
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const waiting = transport.sockets[0]?.writableLength ?? 0;
    assert.ok(
      waiting < 32 * MB,
      `${waiting} bytes of answers wait, for ${sent} commands of one megabyte each`,
    );
    client.socket.resume();
    for (let answers = 0; answers < sent; answers += 1) await client.answer("history", 1);
  });

  test("that floods with publishes has them carried out in order, so many at a time", async (t) => {
    // Under load the client falls behind its own flood; the stream must still hold what it missed.
    const channels = [{ match: "news", history: { messages: 10_000 } }];
    const transport = await startTransport(t, { channels, sessions: { maxPendingCommands: 8 } });
    const client = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    const count = 2000;
    for (let id = 1; id <= count; id += 1) client.send({ type: "publish", id, channel: "news", data: id });
    const messages = await client.messages(count);
    assert.deepEqual(
      messages.map(({ data }) => data),
      Array.from({ length: count }, (_, index) => index + 1),
    );
    const answered = client.frames.filter(({ type }) => type === "published").length;
    assert.ok(answered <= count);
    await client.settled();
    assert.equal(client.frames.filter(({ type }) => type === "published").length, count);
  });

  test("that keeps sending nonsense is closed with 4008 and may come back", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    for (let count = 0; count < 200; count += 1) client.sendText("nonsense");
    const disconnect = await client.next("disconnect");
    assert.deepEqual([disconnect.code, disconnect.reconnect], [4008, true]);
    assert.equal((await client.closed).code, 4008);
    assert.equal(client.frames.filter(({ type }) => type === "error").length, 100);
    assert.equal(client.frames.at(-1)?.type, "disconnect", "disconnect is the last frame");
    assert.equal(transport.logger.of("client.refused").length, 1, "and is logged once");
  });

  test("a few wrong messages now and then close nobody", async (t) => {
    const transport = await startTransport(t);
    const client = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    for (let beat = 0; beat < 5; beat += 1) {
      for (let count = 0; count < 60; count += 1) client.sendText("nonsense");
      await client.settled();
      transport.passTime(25_000);
    }
    await client.settled();
    assert.equal(client.isClosed, false);
  });
});
