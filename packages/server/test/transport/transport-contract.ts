import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { TRANSPORTS, type TransportUnderTest } from "./transport-clients.ts";

/** So many of these are more than the network holds for a client that does not read. */
const BULK = "x".repeat(60_000);
const BULK_COUNT = 250;
const BULK_PER_REQUEST = 10;

const ROOM = { match: "room", presence: true };
const ANN_IN_ROOM = { channels: { room: undefined }, user: "ann" };

/** What every transport of a session must do, whatever it is made of. */
export function transportContract(transport: TransportUnderTest): void {
  describe(`a session over ${transport.name}`, () => {
    delivering(transport);
    ending(transport);
    moving(transport);
  });
}

function delivering(transport: TransportUnderTest): void {
  test("hears first what it missed and then what is new, in order and once", async (t) => {
    const server = await startTestServer(t);
    await pushNumbers(server, "news", 0, 50);
    const position = { epoch: (await server.push("news", 50)).epoch ?? "", offset: 11 };
    const { reader } = await transport.open(t, server, { channels: { news: position } });
    await reader.connected();
    assert.equal((await reader.next("subscribed")).recovered, true);
    await pushNumbers(server, "news", 51, 100);
    assert.deepEqual(
      (await reader.messages(89)).map(({ data }) => data),
      Array.from({ length: 89 }, (_, index) => index + 11),
    );
  });

  test("hears each of several channels in its order", async (t) => {
    const server = await startTestServer(t);
    const channels = { a: undefined, b: undefined, c: undefined };
    const { reader } = await transport.open(t, server, { channels });
    for (const _ of Object.keys(channels)) await reader.next("subscribed");
    const messages = Array.from({ length: 300 }, (_, index) => ({ channel: "abc"[index % 3], data: index }));
    await server.api("POST", "/api/publish", { messages });
    const heard = await reader.messages(300);
    for (const channel of Object.keys(channels)) {
      const offsets = heard.filter((message) => message.channel === channel).map(({ offset }) => offset);
      assert.deepEqual(
        offsets,
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
    }
  });

  test("is told exactly what is lost, before what follows", async (t) => {
    const settings = { channels: [{ match: "short", history: { messages: 5 } }] };
    const server = await startTestServer(t, { settings });
    const { epoch = "" } = await server.push("short", 0);
    await pushNumbers(server, "short", 1, 20);
    const { reader } = await transport.open(t, server, { channels: { short: { epoch, offset: 3 } } });
    assert.equal((await reader.next("subscribed")).recovered, false);
    const gap = await reader.frame();
    assert.deepEqual(gap, { type: "gap", channel: "short", epoch, from: 4, to: 15, reason: "limit" });
    assert.deepEqual(
      (await reader.messages(5)).map(({ offset }) => offset),
      [16, 17, 18, 19, 20],
    );
  });

  test("reads in its own time: nothing is lost, memory is bounded, and nobody else waits", async (t) => {
    const settings = {
      channels: [{ match: "**", history: { messages: 1000, bytes: "1GB" } }],
      limits: { outboxBytes: "32KB" },
      sessions: { graceMs: "1m" },
    };
    const server = await startTestServer(t, { settings });
    const { reader, pause, resume } = await transport.open(t, server, { channels: { ticks: undefined } });
    const healthy = await NativeClient.open(t, server, "channels=ticks");
    await reader.next("subscribed");
    await healthy.next("subscribed");
    pause();
    const before = process.memoryUsage().arrayBuffers;
    for (let sent = 0; sent < BULK_COUNT; sent += BULK_PER_REQUEST) {
      await pushNumbers(server, "ticks", sent, sent + BULK_PER_REQUEST, BULK);
      await healthy.messages(BULK_PER_REQUEST);
    }
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 40_000_000, `${grown} bytes of buffers for one client that does not read`);
    resume();
    const heard = await reader.messages(BULK_COUNT);
    assert.deepEqual(
      heard.map(({ offset }) => offset),
      Array.from({ length: BULK_COUNT }, (_, index) => index + 1),
    );
    assert.ok(reader.frames.every(({ type }) => type !== "gap" && type !== "disconnect"));
    await server.push("ticks", "live");
    assert.equal((await reader.next("message")).data, "live");
  });

  test("without history, is told how much it was too slow for", async (t) => {
    const settings = {
      channels: [{ match: "plain", history: "off" }],
      limits: { outboxBytes: "32KB" },
      sessions: { graceMs: "1m" },
    };
    const server = await startTestServer(t, { settings });
    const { reader, pause, resume } = await transport.open(t, server, { channels: { plain: undefined } });
    await reader.next("subscribed");
    pause();
    for (let sent = 0; sent < BULK_COUNT; sent += BULK_PER_REQUEST) {
      await pushNumbers(server, "plain", sent, sent + BULK_PER_REQUEST, BULK);
    }
    resume();
    // What comes while it is still out of breath is dropped too; the next one that it hears tells of it.
    let pushed = BULK_COUNT;
    const messages = () => reader.frames.filter((push) => push.type === "message");
    await eventually("another one is heard", async () => {
      await server.push("plain", { number: pushed, last: true });
      pushed += 1;
      return messages().some(({ data }) => Object(data).last);
    });
    const heard = messages();
    const dropped = heard.reduce((sum, message) => sum + (message.dropped ?? 0), 0);
    assert.equal(heard.length + dropped, Object(heard.at(-1)?.data).number + 1);
    assert.ok(dropped > 0, "the network does not hold 15 MB");
  });

  test("publishes, subscribes and unsubscribes by commands", async (t) => {
    const server = await startTestServer(t);
    const { reader, command } = await transport.open(t, server, { channels: { a: undefined } });
    await reader.next("subscribed");
    await command({ type: "subscribe", channel: "b" });
    await command({ type: "publish", channel: "b", data: 1 });
    assert.equal((await reader.next("message")).channel, "b");
    await command({ type: "unsubscribe", channel: "b" });
    await server.push("b", 2);
    await server.push("a", 3);
    assert.equal((await reader.next("message")).data, 3);
  });
}

function ending(transport: TransportUnderTest): void {
  test("a kick is told, ends it, and shuts every door", async (t) => {
    const server = await startTestServer(t);
    const client = await transport.open(t, server, { channels: { news: undefined }, user: "ann" });
    const { session } = await client.reader.connected();
    await client.reader.next("subscribed");
    await server.api("POST", "/api/users/ann/disconnect", { code: 4404, reason: "signed out" });
    const { code, reason, reconnect } = await client.reader.next("disconnect");
    assert.deepEqual({ code, reason, reconnect }, { code: 4404, reason: "signed out", reconnect: false });
    await client.ended();
    assert.equal(client.reader.frames.at(-1)?.type, "disconnect", "nothing comes after it");
    await assertShutOut(t, server, session);
  });

  test("a stopping server sends it away, to come back, and does not wait for it", async (t) => {
    const server = await startTestServer(t);
    const client = await transport.open(t, server, { channels: { news: undefined } });
    await client.reader.next("subscribed");
    await client.settled();
    const stopped = server.stop();
    const { code, reconnect, retryAfterMs } = await client.reader.next("disconnect");
    assert.deepEqual({ code, reconnect }, { code: 4000, reconnect: true });
    assert.ok(retryAfterMs >= 0 && retryAfterMs <= 10_000);
    await client.ended();
    await stopped;
  });

  test("who returns in time has never been away", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [ROOM] } });
    const watcher = await NativeClient.open(t, server, "channels=room");
    await watcher.next("presence");
    const first = await transport.open(t, server, ANN_IN_ROOM);
    const { session } = await first.reader.connected();
    await watcher.next("join");
    first.cut();
    const second = await transport.open(t, server, { ...ANN_IN_ROOM, session });
    assert.equal((await second.reader.connected()).session, session);
    await second.reader.next("subscribed");
    await watcher.settled();
    assert.ok(!watcher.frames.some(({ type }) => type === "leave"), "nobody saw it leave");
  });

  test("who does not return leaves after the grace time", async (t) => {
    const settings = { channels: [ROOM], sessions: { graceMs: "200ms" } };
    const server = await startTestServer(t, { settings });
    const watcher = await NativeClient.open(t, server, "channels=room");
    await watcher.next("presence");
    const client = await transport.open(t, server, ANN_IN_ROOM);
    await watcher.next("join");
    client.cut();
    assert.equal((await watcher.next("leave")).members[0]?.user, "ann");
  });

  test("it is counted while it lasts", async (t) => {
    const server = await startTestServer(t, { logLevel: "info" });
    const client = await transport.open(t, server, { channels: { news: undefined } });
    const { connection } = await client.reader.connected();
    assert.equal((await server.api("GET", "/api/info")).body["connections"], 1);
    await server.api("DELETE", `/api/connections/${connection}`);
    await client.ended();
    const closed = async () => (await server.logLines("connection.closed")).at(0);
    assert.equal((await closed())?.["connection"], connection);
    assert.equal((await closed())?.["code"], 4400);
    assert.equal((await server.logLines("connection.opened")).length, 1);
    assert.equal((await server.api("GET", "/api/info")).body["connections"], 0);
  });
}

function moving(transport: TransportUnderTest): void {
  for (const other of TRANSPORTS) {
    test(`goes on over ${other.name}, and nobody sees it go`, async (t) => {
      const server = await startTestServer(t, {
        settings: { channels: [ROOM] },
      });
      const watcher = await NativeClient.open(t, server, "channels=room");
      await watcher.next("presence");
      const older = await transport.open(t, server, ANN_IN_ROOM);
      const { session, connection } = await older.reader.connected();
      await watcher.next("join");
      const newer = await other.open(t, server, { ...ANN_IN_ROOM, session });
      assert.equal((await newer.reader.connected()).connection, connection);
      await newer.reader.next("subscribed");
      const { code, reconnect } = await older.reader.next("disconnect");
      assert.deepEqual({ code, reconnect }, { code: 4409, reconnect: false });
      await older.ended();
      await server.push("room", "hello");
      assert.equal((await newer.reader.next("message")).data, "hello");
      await watcher.settled();
      assert.ok(!watcher.frames.some(({ type }) => type === "leave"), "it has never been away");
      const { body } = await server.api("GET", "/api/users/ann");
      assert.equal(Object(body["connections"]).length, 1);
    });
  }
}

async function assertShutOut(t: TestContext, server: TestServer, session: string): Promise<void> {
  const socket = await NativeClient.open(t, server);
  socket.send({ type: "connect", user: "ann", session });
  assert.equal((await socket.next("error")).code, "session_refused");
  assert.equal((await socket.closed).code, 4403);
  const headers = { "tidewire-session": session };
  for (const path of ["/events?user=ann", "/poll?user=ann"]) {
    assert.equal((await fetch(server.url + path, { headers })).status, 403, path);
  }
  assert.equal((await sendCommand(server, session, { type: "ping" })).status, 403);
}

/** Publishes the numbers from `from` up to `to` with one request; with `filling`, each in an object beside it. */
async function pushNumbers(
  server: TestServer,
  channel: string,
  from: number,
  to: number,
  filling?: string,
): Promise<void> {
  const messages = Array.from({ length: to - from }, (_, index) => ({
    channel,
    data: filling === undefined ? from + index : { number: from + index, filling },
  }));
  const { status } = await server.api("POST", "/api/publish", { messages });
  assert.equal(status, 200);
}
