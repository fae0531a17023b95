import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { hitsOf, loggedOnce } from "../support/limit-hits.ts";
import { NativeClient } from "../support/native-client.ts";
import { poll } from "../support/poll-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer } from "../support/start-test-server.ts";
import { startTransport } from "../support/start-transport.ts";

const HOUR_MS = 3_600_000;

describe("limits on messages", () => {
  test("one too many of a connection is refused with how long to wait, counted and logged; others go on", async (t) => {
    const settings = { limits: { messagesPerConnection: "2/1h" } };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=news&user=ann");
    const own = await client.connected();
    const neighbour = await NativeClient.open(t, server, "channels=news&user=ann");
    await neighbour.next("subscribed");
    for (let id = 1; id <= 4; id += 1) client.send({ type: "publish", id, channel: "news", data: id });
    for (const id of [3, 4]) {
      const { code, channel, retryable, retryAfterMs = 0 } = await client.answer("error", id);
      assert.deepEqual([code, channel, retryable], ["rate_limited", "news", true]);
      assert.ok(retryAfterMs > 0.4 * HOUR_MS && retryAfterMs <= 0.5 * HOUR_MS);
    }
    const { connection, user, setting } = await loggedOnce(server, "messages_per_connection");
    assert.deepEqual([user, setting], ["ann", "limits.messagesPerConnection"]);
    assert.equal(connection, own.connection);
    assert.equal(await hitsOf(server, "messages_per_connection"), 2);
    assert.deepEqual(
      (await neighbour.messages(2)).map(({ data }) => data),
      [1, 2],
    );
    neighbour.send({ type: "publish", id: 1, channel: "news", data: "mine" });
    await neighbour.answer("published", 1);
  });

  test("who goes on all the same is closed with 4008, over WebSocket and over HTTP", async (t) => {
    const settings = { limits: { messagesPerConnection: "1/1h" } };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    for (let count = 0; count <= 100; count += 1) client.send({ type: "ping" });
    assert.equal((await client.next("disconnect")).code, 4008);
    assert.equal((await client.closed).code, 4008);
    const stream = await EventStreamClient.open(t, server, "channels=news");
    const { session } = await stream.connected();
    assert.equal((await sendCommand(server, session, { type: "ping" })).status, 200);
    let refusals = 0;
    while ((await sendCommand(server, session, { type: "ping" })).status === 429) refusals += 1;
    assert.ok(refusals > 100 && refusals < 1000, `it took ${refusals} refusals`);
    assert.equal((await stream.next("disconnect")).code, 4008);
    const refused = await server.logLines("client.refused");
    const limited = refused.filter((line) => line["code"] === "rate_limited");
    assert.equal(limited.length, 2, "each is logged once");
    assert.equal((await server.logLines("limit.reached")).length, 2);
  });

  test("a user's sessions count together, on every door and across reconnects", async (t) => {
    const settings = { limits: { messagesPerUser: "3/1h" } };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const bob = await NativeClient.open(t, server, "channels=news&user=bob");
    for (let count = 0; count < 2; count += 1) {
      const ann = await NativeClient.open(t, server, "channels=news&user=ann");
      await ann.settled();
      ann.socket.close(1000);
      await ann.closed;
    }
    const stream = await EventStreamClient.open(t, server, "channels=news&user=ann");
    const { session } = await stream.connected();
    assert.equal((await sendCommand(server, session, { type: "ping" })).status, 200);
    const { status, frame } = await sendCommand(server, session, { type: "ping" });
    assert.deepEqual([status, frame?.["code"]], [429, "rate_limited"]);
    assert.equal((await loggedOnce(server, "messages_per_user"))["user"], "ann");
    await bob.settled();
  });

  test("polls count as well, and are told when to come back", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { messagesPerConnection: "1/1h" } } });
    const first = await poll(server, { channels: "news", waitMs: "0" });
    const { session = "", since = "" } = first.answer ?? {};
    const again = await poll(server, { session, since, waitMs: "0" });
    assert.equal(again.status, 200);
    const refused = await fetch(
      `${server.url}/poll?${new URLSearchParams({ session, since: again.answer?.since ?? "", waitMs: "0" })}`,
    );
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 3000);
    assert.match(await refused.text(), /rate_limited/);
  });

  test("a new configuration counts at once", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { messagesPerConnection: "1/1h" } } });
    const client = await NativeClient.open(t, server, "channels=news");
    await client.settled();
    client.send({ type: "ping", id: 5 });
    await client.answer("error", 5);
    server.reconfigure({ limits: { messagesPerConnection: "off" } });
    await client.settled();
  });
});

describe("limits on bytes", () => {
  test("who has sent too many over a WebSocket is not read until the debt is paid", async (t) => {
    const transport = await startTransport(t, { limits: { bytesPerConnection: "1KB/1h" } });
    const client = await NativeClient.open(t, transport, "channels=news");
    const neighbour = await NativeClient.open(t, transport, "channels=news");
    await client.next("subscribed");
    const [socket] = transport.sockets;
    assert.ok(socket !== undefined);
    const paused = once(socket, "pause");
    client.send({ type: "publish", id: 1, channel: "news", data: "x".repeat(1024) });
    await within(paused, "the pause");
    await client.answer("published", 1);
    client.send({ type: "ping", id: 2 });
    await neighbour.settled();
    assert.equal(socket.isPaused(), true);
    transport.passTime(10_000);
    await client.answer("pong", 2);
  });

  test("a rest that lasts longer than the patience with a silent peer ends no connection", async (t) => {
    const transport = await startTransport(t, { limits: { bytesPerUser: "1KB/1h" } });
    const client = await NativeClient.open(t, transport, "channels=news&user=ann");
    await client.next("subscribed");
    const [socket] = transport.sockets;
    assert.ok(socket !== undefined);
    // The packet is here, and one message of it is carried out after each rest.
    const paused = once(socket, "pause");
    client.send({ type: "publish", channel: "news", data: "x".repeat(1024) });
    await within(paused, "the pause");
    for (let id = 1; id <= 20; id += 1) client.send({ type: "ping", id });
    for (let id = 1; id <= 10; id += 1) {
      transport.passTime(10_000);
      await client.answer("pong", id);
      await eventually("the next rest", async () => socket.isPaused());
    }
    assert.equal(client.isClosed, false);
  });

  test("a command over HTTP that would add to the debt is refused, counted and logged", async (t) => {
    const settings = { limits: { bytesPerConnection: "1KB/1h" } };
    const server = await startTestServer(t, { settings, logLevel: "warn" });
    const stream = await EventStreamClient.open(t, server, "channels=news");
    const { session, connection } = await stream.connected();
    const large = { type: "publish", channel: "news", data: "x".repeat(1024) };
    assert.equal((await sendCommand(server, session, large)).status, 200);
    assert.equal((await sendCommand(server, session, { type: "ping" })).status, 429);
    assert.equal((await loggedOnce(server, "bytes_per_connection"))["connection"], connection);
    assert.ok((await hitsOf(server, "bytes_per_connection")) > 0);
  });
});
