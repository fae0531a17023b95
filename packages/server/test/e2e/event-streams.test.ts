import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("an event stream", () => {
  test("brings connected, subscribed and each message as events without a type", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news&user=ann");
    const connected = await client.connected();
    assert.equal(connected.user, "ann");
    await client.next("subscribed");
    await server.push("news", { text: "line\nbreak", list: [1, 2] });
    assert.deepEqual((await client.next("message")).data, { text: "line\nbreak", list: [1, 2] });
    assert.deepEqual(client.types, []);
  });

  test("is kept from being cached, transformed and held back", async (t) => {
    const server = await startTestServer(t);
    const client = await EventStreamClient.open(t, server, "channels=news");
    await client.connected();
    const { headers } = client;
    assert.equal(headers["content-type"], "text/event-stream");
    assert.equal(headers["cache-control"], "no-store, no-transform");
    assert.equal(headers["x-accel-buffering"], "no");
    assert.equal(headers.connection, "close");
    assert.equal(headers["transfer-encoding"], undefined);
    assert.equal(headers["content-length"], undefined);
    assert.ok((client.comments[0] ?? "").length >= 2000, "old proxies hand on nothing before 2 KB");
    assert.ok(client.retryMs !== null && client.retryMs >= 1000 && client.retryMs <= 3000);
  });

  test("names after each write where every channel of the URL is", async (t) => {
    const server = await startTestServer(t, { settings: { channels: [{ match: "plain", history: "off" }] } });
    const { epoch } = await server.push("b", 1);
    const client = await EventStreamClient.open(t, server, "channels=a,plain,b&since=,,last:1");
    await client.next("message");
    await eventually("the positions are known", () =>
      new RegExp(`^${epoch}:0,,${epoch}:1;[\\w-]+;[\\w-]+$`).test(client.lastEventId),
    );
    await server.push("a", 1);
    await client.next("message");
    await eventually("the id has moved", () => client.lastEventId.startsWith(`${epoch}:1,,${epoch}:1;`));
    assert.ok(!client.text.includes((await firstSession(client)) + ";"), "the secret is in no id");
  });

  test("goes on after the last event id, with nothing lost or repeated, in the same session", async (t) => {
    const server = await startTestServer(t);
    const first = await EventStreamClient.open(t, server, "channels=news&since=earliest");
    const { connection } = await first.connected();
    await server.push("news", 1);
    await first.next("message");
    await eventually("the id has moved", () => first.lastEventId.includes(":1;"));
    first.cut();
    await server.push("news", 2);
    const headers = { "last-event-id": first.lastEventId };
    const second = await EventStreamClient.open(t, server, "channels=news&since=earliest", headers);
    assert.equal((await second.connected()).connection, connection, "it is the same session");
    assert.equal((await second.next("subscribed")).recovered, true);
    assert.equal((await second.next("message")).data, 2);
    second.cut();
    await server.push("news", 3);
    const query = `channels=news&lastEventId=${encodeURIComponent(second.lastEventId)}`;
    const third = await EventStreamClient.open(t, server, query);
    assert.equal((await third.next("message")).data, 3);
  });

  test("continues a session from another transport, which is told so", async (t) => {
    const server = await startTestServer(t);
    const socket = await NativeClient.open(t, server, "channels=news");
    const { session, connection } = await socket.connected();
    const client = await EventStreamClient.open(t, server, "channels=news", { "tidewire-session": session });
    assert.equal((await socket.closed).code, 4409);
    assert.equal((await client.connected()).connection, connection);
  });
});

async function firstSession(client: EventStreamClient): Promise<string> {
  const connected = client.frames.find((push) => push.type === "connected");
  assert.ok(connected?.type === "connected");
  return connected.session;
}
