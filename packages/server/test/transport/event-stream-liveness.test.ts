import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { ADMIN } from "../support/http-server.ts";
import { startTransport, type TestTransport } from "../support/start-transport.ts";

const PING_MS = 25_000;
const STALL_MS = 60_000;

/** More than the network holds for a client that does not read. */
const BULK = JSON.stringify("x".repeat(60_000));

async function publish(
  { domain }: TestTransport,
  dataJson: string,
  exclude: string | null = null,
): Promise<void> {
  const content = { dataJson, id: null, key: null, priority: null, exclude };
  const published = await domain.pushing.publish(ADMIN, "news", content);
  assert.ok(published.ok);
}

function sizeOf({ transports }: TestTransport): number {
  return transports.reduce((sum, { size }) => sum + size, 0);
}

describe("who is alive on an event stream", () => {
  test("whoever has nothing to take is kept for good, and gets a comment with each heartbeat", async (t) => {
    const transport = await startTransport(t);
    const client = await EventStreamClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    for (let beat = 1; beat <= 8; beat += 1) {
      transport.passTime(PING_MS);
      await client.beaten(beat);
    }
    await publish(transport, "1");
    await client.next("message");
    assert.equal(sizeOf(transport), 1, "200 s have passed");
  });

  test("who reads a little now and then is never closed, and loses nothing", async (t) => {
    const history = { messages: 2000, bytes: "1GB" };
    const transport = await startTransport(t, { channels: [{ match: "**", history }] });
    const client = await EventStreamClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    client.pause();
    const sent = 600;
    for (let count = 0; count < sent; count += 1) await publish(transport, BULK);
    // 8 MB at a time, more than the network holds on its way, so that the server sees some of it go.
    for (let taken = 0; taken < 3; taken += 1) {
      client.resume();
      await client.messages(140);
      client.pause();
      transport.passTime(STALL_MS * 0.6);
    }
    client.resume();
    assert.equal((await client.messages(sent - 3 * 140)).at(-1)?.offset, sent);
    assert.ok(client.frames.every(({ type }) => type !== "disconnect" && type !== "gap"));
  });

  test("who takes nothing of what waits is closed after the stall time-out", async (t) => {
    const transport = await startTransport(t);
    const client = await EventStreamClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    client.pause();
    for (let count = 0; count < 200; count += 1) await publish(transport, BULK);
    const [session] = [...transport.domain.sessions.all()];
    await eventually("the socket is full", () => session?.outbox?.hasRoom === false);
    transport.passTime(2 * PING_MS);
    assert.equal(sizeOf(transport), 1);
    transport.passTime(STALL_MS + PING_MS);
    await eventually("nothing of it is left", () => sizeOf(transport) === 0);
    const [closed] = transport.logger.of("connection.closed");
    assert.equal(Object(closed?.fields).code, 4001);
  });

  test("what was not meant for it moves its position with the heartbeat", async (t) => {
    const transport = await startTransport(t);
    const client = await EventStreamClient.open(t, transport, "channels=news");
    const { connection } = await client.connected();
    await client.next("subscribed");
    await publish(transport, "1", connection);
    await eventually("a heartbeat tells it", () => {
      transport.passTime(PING_MS);
      return client.frames.some((push) => push.type === "position" && push.offset === 1);
    });
    await eventually("the id has moved", () => client.lastEventId.includes(":1;"));
  });

  test("a server that stops lets it in, and sends it away to come back later", async (t) => {
    const transport = await startTransport(t);
    transport.state.draining = true;
    const client = await EventStreamClient.open(t, transport, "channels=news");
    const { code, reconnect, retryAfterMs } = await client.next("disconnect");
    assert.deepEqual({ code, reconnect }, { code: 4000, reconnect: true });
    await client.ended();
    assert.equal(client.retryMs, retryAfterMs, "EventSource is told in its own way");
  });
});
