import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { Webhook } from "standardwebhooks";
import { type BackendServer, SECRET, startBackend } from "../support/backend-server.ts";
import { eventually } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { type ToldEvent, toldTo } from "../support/told-events.ts";

const CHANNELS = [{ match: "room.**", presence: true, publish: "users" }];

interface Setting {
  readonly server: TestServer;
  readonly backend: BackendServer;
  /** Waits until the backend was told so many events, and gives them without id and time. */
  readonly told: (count: number) => Promise<readonly Partial<ToldEvent>[]>;
}

async function start(
  t: TestContext,
  webhooks: Readonly<Record<string, unknown>> = {},
  endpoint: Readonly<Record<string, unknown>> = {},
): Promise<Setting> {
  const backend = await startBackend(t, () => 200);
  const settings = {
    channels: CHANNELS,
    sessions: { graceMs: 0 },
    webhooks: { secrets: [SECRET], graceMs: 0, ...webhooks, endpoints: [{ url: backend.url, ...endpoint }] },
  };
  const server = await startTestServer(t, { settings, logLevel: "info" });
  const told = async (count: number): Promise<readonly Partial<ToldEvent>[]> => {
    await eventually(`${count} events`, () => toldTo(backend).length >= count);
    return toldTo(backend).map(({ id, time, ...event }) => {
      assert.match(id, /^evt_[\w-]{16}$/);
      assert.ok(time > 1.7e12);
      return event;
    });
  };
  return { server, backend, told };
}

describe("webhooks", () => {
  test("tell who comes, what is published by clients, and who goes", async (t) => {
    const { server, backend, told } = await start(t);
    const client = await NativeClient.open(t, server, "user=u1&channels=room.1");
    const { connection } = await client.connected();
    await client.next("presence");
    await server.push("room.1", "from the API");
    client.send({
      type: "publish",
      id: 1,
      channel: "room.1",
      data: { text: "hi" },
      messageId: "m1",
      key: "k",
    });
    const { epoch, offset } = await client.answer("published", 1);
    client.socket.close(1000);
    const events = await told(11);
    assert.deepEqual(
      events.filter(({ channel }) => channel !== "@u1"),
      [
        { type: "connection.opened", connection, user: "u1", address: "127.0.0.1" },
        { type: "user.online", user: "u1" },
        { type: "channel.occupied", channel: "room.1" },
        { type: "member.joined", channel: "room.1", user: "u1" },
        {
          type: "message.published",
          channel: "room.1",
          user: "u1",
          connection,
          epoch,
          offset,
          messageId: "m1",
          key: "k",
          data: { text: "hi" },
        },
        { type: "connection.closed", connection, user: "u1" },
        { type: "member.left", channel: "room.1", user: "u1" },
        { type: "channel.vacated", channel: "room.1" },
        { type: "user.offline", user: "u1" },
      ],
    );
    for (const { body, headers } of backend.requests) new Webhook(SECRET).verify(body, headers);
  });

  test("tell a user and a member once for several connections, and an anonymous one by its connection", async (t) => {
    const { server, told } = await start(t, {}, { events: ["member.*", "user.*"] });
    const first = await NativeClient.open(t, server, "user=u1&channels=room.1");
    const second = await NativeClient.open(t, server, "user=u1&channels=room.1");
    const nobody = await NativeClient.open(t, server, "channels=room.1");
    const { connection } = await nobody.connected();
    for (const client of [first, second, nobody]) await client.next("presence");
    first.socket.close(1000);
    await first.closed;
    nobody.socket.close(1000);
    await told(4);
    second.socket.close(1000);
    assert.deepEqual(await told(6), [
      { type: "user.online", user: "u1" },
      { type: "member.joined", channel: "room.1", user: "u1" },
      { type: "member.joined", channel: "room.1", connection },
      { type: "member.left", channel: "room.1", connection },
      { type: "member.left", channel: "room.1", user: "u1" },
      { type: "user.offline", user: "u1" },
    ]);
  });

  test("tell an endpoint what it wants to hear, of the channels it names", async (t) => {
    const { server, told } = await start(t, {}, { events: ["channel.occupied"], channels: ["room.**"] });
    const client = await NativeClient.open(t, server, "channels=news,room.1,room.2");
    for (let count = 0; count < 3; count += 1) await client.next("subscribed");
    assert.deepEqual(await told(2), [
      { type: "channel.occupied", channel: "room.1" },
      { type: "channel.occupied", channel: "room.2" },
    ]);
  });

  test("do not tell of a reload", async (t) => {
    const { server, backend, told } = await start(
      t,
      { graceMs: 60_000 },
      { events: ["user.*", "channel.*", "message.published"], channels: ["room.**"] },
    );
    for (let reload = 0; reload < 3; reload += 1) {
      const client = await NativeClient.open(t, server, "user=u1&channels=room.1");
      await client.next("presence");
      client.socket.close(1000);
      await client.closed;
    }
    const last = await NativeClient.open(t, server, "user=u1&channels=room.1");
    await last.next("presence");
    last.send({ type: "publish", id: 1, channel: "room.1", data: 1 });
    await last.answer("published", 1);
    await told(3);
    assert.deepEqual(
      toldTo(backend).map(({ type }) => type),
      ["user.online", "channel.occupied", "message.published"],
    );
  });

  test("keep a repeated publish's event under the id of the first", async (t) => {
    const { server, backend, told } = await start(t, {}, { events: ["message.published"] });
    const client = await NativeClient.open(t, server, "user=u1");
    for (const id of [1, 2]) {
      client.send({ type: "publish", id, channel: "room.1", data: 1, messageId: "same" });
      await client.answer("published", id);
    }
    await told(2);
    const [first, second] = toldTo(backend);
    assert.equal(first?.id, second?.id);
  });

  test("drop messages when the queue is full, but tell how things are when there is room again", async (t) => {
    const { server, backend, told } = await start(
      t,
      { queueBytes: 1024 },
      { events: ["message.published", "user.*"] },
    );
    backend.answer = () => 500;
    const client = await NativeClient.open(t, server, "user=u1");
    await backend.received(1);
    for (let id = 1; id <= 12; id += 1) {
      client.send({ type: "publish", id, channel: "room.1", data: "x".repeat(100), messageId: `m${id}` });
      await client.answer("published", id);
    }
    client.socket.close(1000);
    await client.closed;
    assert.equal((await server.logLines("webhook.dropped")).length, 1);
    backend.answer = () => 200;
    backend.requests.length = 0;
    await eventually("the user is told to be gone", () =>
      toldTo(backend).some(({ type }) => type === "user.offline"),
    );
    const messages = toldTo(backend).filter(({ type }) => type === "message.published");
    assert.ok(messages.length > 0 && messages.length < 12, `${messages.length} messages found room`);
    assert.equal((await told(1)).at(-1)?.type, "user.offline");
  });

  test("tell after a restart what was not delivered, and who did not come back", async (t) => {
    const data = await mkdtemp(join(tmpdir(), "tidewire-webhooks-"));
    const backend = await startBackend(t, () => 503);
    const settings = {
      channels: CHANNELS,
      webhooks: {
        secrets: [SECRET],
        restartGraceMs: 0,
        endpoints: [{ url: backend.url, channels: ["room.**"], events: ["member.*", "message.published"] }],
      },
    };
    const before = await startTestServer(t, { settings, engine: "lmdb", data });
    const client = await NativeClient.open(t, before, "user=u1&channels=room.1");
    await client.next("presence");
    client.send({ type: "publish", id: 1, channel: "room.1", data: 1 });
    await client.answer("published", 1);
    await backend.received(1);
    await before.stop();
    backend.requests.length = 0;
    backend.answer = () => 200;
    await startTestServer(t, { settings, engine: "lmdb", data });
    t.after(() => rm(data, { recursive: true, force: true }));
    await eventually("the end is told", () => toldTo(backend).some(({ type }) => type === "member.left"));
    assert.deepEqual(
      toldTo(backend).map(({ type }) => type),
      ["member.joined", "message.published", "member.left"],
    );
  });

  test("forget what waits for an endpoint that is not configured any more", async (t) => {
    const data = await mkdtemp(join(tmpdir(), "tidewire-webhooks-"));
    const backend = await startBackend(t, () => 503);
    const webhooks = { secrets: [SECRET], endpoints: [{ url: `${backend.url}?token=secret` }] };
    const before = await startTestServer(t, { settings: { webhooks }, engine: "lmdb", data });
    await NativeClient.open(t, before, "user=u1");
    await backend.received(1);
    await before.stop();
    const after = await startTestServer(t, { settings: {}, engine: "lmdb", data, logLevel: "warn" });
    const [line] = await after.logLines("webhook.dropped");
    assert.equal(line?.["endpoint"], backend.url, "without the query, in which people keep secrets");
    await after.stop();
    const again = await startTestServer(t, { settings: {}, engine: "lmdb", data, logLevel: "warn" });
    t.after(() => rm(data, { recursive: true, force: true }));
    assert.deepEqual(await again.logLines("webhook.dropped"), []);
  });

  test("stand in the metrics", async (t) => {
    const { server, told } = await start(t, {}, { events: ["user.online"] });
    await NativeClient.open(t, server, "user=u1");
    await told(1);
    const headers = { authorization: `Bearer ${server.apiKey.key}` };
    await eventually("it is counted", async () => {
      const text = await (await fetch(`${server.url}/metrics`, { headers })).text();
      return (
        /tidewire_webhook_events_total\{outcome="delivered"\} 1/.test(text) &&
        /tidewire_webhook_events_waiting 0/.test(text)
      );
    });
  });
});
