import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { startTestServer } from "../support/start-test-server.ts";

describe("connecting", () => {
  test("a URL with channels is enough to receive", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "channels=news");
    const connected = await client.frame();
    assert.equal(connected.type, "connected", "connected comes before everything else");
    const subscribed = await client.frame();
    assert.equal(subscribed.type, "subscribed");
    const { offset } = await server.push("news", { text: "hello" });
    const message = await client.next("message");
    assert.deepEqual(message.data, { text: "hello" });
    assert.deepEqual(message.from, { api: true });
    assert.equal(message.offset, offset);
  });

  test("connected tells the limits that the configuration sets, and a secret of at least 128 bits", async (t) => {
    const settings = { limits: { maxMessageBytes: 1000 }, sessions: { pingIntervalMs: "7s" } };
    const server = await startTestServer(t, { settings });
    const client = await NativeClient.open(t, server, "user=ann");
    const connected = await client.connected();
    assert.equal(connected.maxMessageBytes, 1000);
    assert.equal(connected.pingIntervalMs, 7000);
    assert.equal(connected.version, 1);
    assert.equal(connected.user, "ann");
    assert.ok(connected.session.length >= 22, "22 characters of base64url are 132 bits");
    assert.ok(!connected.session.includes(connected.connection), "the public id says nothing of the secret");
    assert.ok(Math.abs(connected.time - Date.now()) < 60_000, "time is the server's clock");
  });

  test("without anything in the URL the client speaks first", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server);
    client.send({ type: "connect", id: 9, user: "ann", subscriptions: { news: {}, "chat.lobby": {} } });
    const connected = await client.frame();
    assert.ok(connected.type === "connected" && connected.id === 9, "the answer carries the id of connect");
    const subscribed = [await client.next("subscribed"), await client.next("subscribed")];
    const inbox = await client.next("subscribed");
    assert.deepEqual(subscribed.map(({ channel }) => channel).toSorted(), ["chat.lobby", "news"]);
    assert.equal(inbox.channel, "@ann", "the inbox is subscribed unasked");
    assert.ok(
      subscribed.every((push) => !("id" in push)),
      "a subscription that came with connect carries no id",
    );
  });

  test("any other first message connects anonymously and is carried out", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server);
    client.send({ type: "subscribe", id: 1, channel: "news" });
    const connected = await client.frame();
    assert.ok(connected.type === "connected" && !("user" in connected));
    assert.equal((await client.answer("subscribed", 1)).channel, "news");
  });

  test("a first message that is nonsense gets an error and connects nobody", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server);
    client.sendText("{");
    assert.equal((await client.frame()).type, "error");
    client.send({ type: "connect", user: "ann" });
    assert.equal((await client.connected()).user, "ann", "the client may still say who it is");
  });

  test("a second connect is an error, and the connection goes on", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    client.send({ type: "connect", id: 4, user: "eve" });
    const error = await client.answer("error", 4);
    assert.equal(error.code, "already_connected");
    await server.push("news", 1);
    assert.equal((await client.next("message")).data, 1);
  });

  test("a token in the URL of a server without tokens connects anonymously", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "token=abc");
    assert.ok(!("user" in (await client.connected())));
  });

  test("a user id that cannot have an inbox is refused, in the URL as in connect", async (t) => {
    const server = await startTestServer(t);
    const long = "x".repeat(300);
    const byUrl = await NativeClient.open(t, server, `user=${long}`);
    assert.equal((await byUrl.frame()).type, "error");
    const byCommand = await NativeClient.open(t, server);
    byCommand.send({ type: "connect", id: 1, user: long });
    assert.equal((await byCommand.answer("error", 1)).code, "invalid_field");
  });

  test("a wrong path, channel or since in the URL is refused before the handshake", async (t) => {
    const server = await startTestServer(t, { logLevel: "warn" });
    assert.equal((await refusedHandshake(server, "/nowhere")).status, 404);
    const channel = await refusedHandshake(server, "/connect?channels=a%20b");
    assert.equal(channel.status, 400);
    assert.match(channel.body, /invalid_channel/);
    const since = await refusedHandshake(server, "/connect?channels=a,b&since=k3:1");
    assert.match(since.body, /invalid_since/);
    const twice = await refusedHandshake(server, "/connect?channels=a&channel=a");
    assert.match(twice.body, /twice/);
    const logged = await server.logLines("connection.refused");
    assert.deepEqual(
      logged.map(({ code }) => code),
      ["not_found", "invalid_channel", "invalid_since", "invalid_channel"],
      "each is logged once",
    );
  });

  test("a name with a comma goes into a channel parameter of its own, counted after the list", async (t) => {
    const server = await startTestServer(t);
    const { epoch } = await server.push("a,b", 1);
    await server.push("a,b", 2);
    const query = `channels=x,y&channel=${encodeURIComponent("a,b")}&since=,,${epoch}:1`;
    const client = await NativeClient.open(t, server, query);
    const message = await client.next("message");
    assert.deepEqual([message.channel, message.offset], ["a,b", 2]);
  });

  test("unknown fields of a command are ignored", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "user=ann");
    client.send({ type: "subscribe", id: 1, channel: "news", colour: "blue", __proto__: null });
    assert.equal((await client.answer("subscribed", 1)).channel, "news");
  });
});
