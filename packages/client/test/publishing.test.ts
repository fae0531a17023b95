import assert from "node:assert/strict";
import { test } from "node:test";
import { errorPush, published } from "./support/pushes.ts";
import { startClient, startConnected } from "./support/start-client.ts";

test("a publish has a random id of its own, and resolves with the place of the message", async (t) => {
  const { host, client } = startConnected(t);
  const first = client.publish("news", { text: "a" }, { key: "k", priority: "high" });
  void client.publish("news", { text: "b" });
  const [a, b] = host.socket.sentOf("publish");
  assert.deepEqual([a?.data, a?.key, a?.priority], [{ text: "a" }, "k", "high"]);
  assert.match(a?.messageId ?? "", /^[A-Za-z0-9_-]{21}$/);
  assert.notEqual(a?.messageId, b?.messageId);
  host.socket.receive(published(a?.id, "news", 7, a?.messageId ?? ""));
  const { epoch, offset, duplicate } = await first;
  assert.deepEqual({ epoch, offset, duplicate }, { epoch: "e1", offset: 7, duplicate: false });
});

test("what is published while away waits, and is sent in order", (t) => {
  const { host, client } = startClient(t);
  for (const data of ["a", "b", "c"]) void client.publish("news", data);
  assert.equal(host.socket.sent.length, 0);
  host.welcome();
  assert.deepEqual(
    host.socket.sentOf("publish").map((command) => command.data),
    ["a", "b", "c"],
  );
});

test("a publish whose answer was lost is sent again with the same id, before later ones", async (t) => {
  const { host, client } = startConnected(t);
  const first = client.publish("news", "a");
  const before = host.socket.sentOf("publish");
  host.socket.end(1006);
  void client.publish("news", "b");
  host.advance(1000);
  host.welcome("c2");
  const after = host.socket.sentOf("publish");
  assert.deepEqual(
    after.map((command) => command.data),
    ["a", "b"],
  );
  assert.equal(after[0]?.messageId, before[0]?.messageId);
  host.socket.receive({
    type: "published",
    id: after[0]?.id ?? 0,
    channel: "news",
    epoch: "e1",
    offset: 1,
    messageId: after[0]?.messageId ?? "",
    duplicate: true,
  });
  assert.equal((await first).duplicate, true);
});

test("an answered publish is not sent again", (t) => {
  const { host, client } = startConnected(t);
  void client.publish("news", "a");
  const [publish] = host.socket.sentOf("publish");
  host.socket.receive(published(publish?.id, "news", 1, ""));
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  assert.deepEqual(host.socket.sentOf("publish"), []);
});

test("data is taken down when it is published: later changes are not sent", (t) => {
  const { host, client } = startClient(t);
  const data = { text: "before" };
  void client.publish("news", data);
  data.text = "after";
  host.welcome();
  assert.deepEqual(host.socket.sentOf("publish")[0]?.data, { text: "before" });
});

test("data that JSON cannot write is refused at once", async (t) => {
  const { client } = startConnected(t);
  const circle: unknown[] = [];
  circle.push(circle);
  await assert.rejects(client.publish("news", circle), { code: "invalid_field", channel: "news" });
});

test("only so many requests wait: one more is refused, and the others are not harmed", async (t) => {
  const { host, client } = startClient(t, { maxPending: 2 });
  void client.publish("news", 1);
  void client.publish("news", 2);
  await assert.rejects(client.publish("news", 3), { code: "outbox_full", retryable: true });
  host.welcome();
  assert.equal(host.socket.sentOf("publish").length, 2);
});

test("a message larger than the server takes is refused here: there it would cost the connection, each time", async (t) => {
  const { host, client } = startClient(t);
  const tooLarge = client.publish("news", "ü".repeat(40_000));
  void client.publish("news", "small");
  host.welcome();
  await assert.rejects(tooLarge, { code: "message_too_large", retryable: false, channel: "news" });
  assert.equal(host.socket.sentOf("publish").length, 1);
});

test("the server's refusal reaches the one who published, and nobody else", async (t) => {
  const { host, client } = startConnected(t);
  const promise = client.publish("news", 1);
  const [publish] = host.socket.sentOf("publish");
  host.socket.receive(
    errorPush({ id: publish?.id ?? 0, channel: "news", code: "permission_denied", retryable: false }),
  );
  await assert.rejects(promise, { code: "permission_denied", retryable: false, channel: "news" });
  assert.deepEqual([client.state.status, host.errors], ["live", []]);
});

test("a publish that meets a stopping server is carried over to the next connection", (t) => {
  const { host, client } = startConnected(t);
  void client.publish("news", 1);
  const [publish] = host.socket.sentOf("publish");
  host.socket.receive(
    errorPush({ id: publish?.id ?? 0, channel: "news", code: "shutting_down", retryable: true }),
  );
  host.socket.receive({ type: "disconnect", code: 4000, reason: "", reconnect: true, retryAfterMs: 0 });
  host.advance(1000);
  host.welcome("c2");
  assert.equal(host.socket.sentOf("publish")[0]?.messageId, publish?.messageId);
});

test("a question that is lost is asked again; a call that may have been carried out is not", async (t) => {
  const { host, client } = startConnected(t);
  const history = client.history("news", { limit: 5 });
  const presence = client.presence("news");
  const call = client.rpc("charge", { cents: 500 });
  host.socket.end(1006);
  await assert.rejects(call, { code: "connection_lost", retryable: true });
  const waiting = client.rpc("greet");
  host.advance(1000);
  host.welcome("c2");
  assert.deepEqual(
    host.socket.sent.map((command) => command.type),
    ["connect", "history", "presence", "rpc"],
  );
  const [, historyId = 0, presenceId = 0, rpcId = 0] = host.socket.sentIds;
  host.socket.receive(
    { type: "history", id: historyId, channel: "news", epoch: "e1", offset: 3, messages: [], more: false },
    { type: "presence", id: presenceId, channel: "news", members: [{ connection: "x" }] },
    { type: "result", id: rpcId, data: "hello" },
  );
  assert.equal((await history).offset, 3);
  assert.deepEqual([await presence, await waiting], [[{ connection: "x" }], "hello"]);
});

test("of a message that is given as the place to start, only the position is sent", (t) => {
  const { host, client } = startConnected(t);
  const since = { epoch: "e1", offset: 7, data: "large" };
  client.history("news", { since }).catch(() => {});
  assert.deepEqual(host.socket.sentOf("history")[0]?.since, { epoch: "e1", offset: 7 });
  assert.ok(!host.socket.texts.at(-1)?.includes("large"));
});

test("a question without an answer ends after requestTimeoutMs; a late answer harms nothing", async (t) => {
  const { host, client } = startConnected(t, { requestTimeoutMs: 2000 });
  const question = client.presence("room");
  host.advance(2000);
  await assert.rejects(question, { code: "timeout", retryable: true, channel: "room" });
  const [command] = host.socket.sentOf("presence");
  host.socket.receive({ type: "presence", id: command?.id ?? 0, channel: "room", members: [] });
  assert.deepEqual(host.errors, []);
});

test("acknowledging is never done unasked, and survives a lost connection", async (t) => {
  const { host, client } = startConnected(t);
  const inbox = client.subscribe("@u1", { since: "earliest" });
  const acked: unknown[] = [];
  inbox.on("acked", ({ offset, unread }) => acked.push([offset, unread]));
  host.socket.receive({
    type: "subscribed",
    channel: "@u1",
    epoch: "e",
    offset: 2,
    recovered: true,
    deliver: "all",
  });
  for (const offset of [1, 2]) {
    host.socket.receive({
      type: "message",
      channel: "@u1",
      epoch: "e",
      offset,
      id: "i",
      time: 1,
      from: { api: true },
      data: 0,
    });
  }
  assert.deepEqual(host.socket.sentOf("ack"), []);
  const promise = inbox.ack(2);
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  host.socket.receive({
    type: "subscribed",
    channel: "@u1",
    epoch: "e",
    offset: 2,
    recovered: true,
    deliver: "all",
  });
  const [ack] = host.socket.sentOf("ack");
  host.socket.receive({ type: "acked", id: ack?.id ?? 0, channel: "@u1", offset: 2, unread: 0 });
  assert.equal((await promise).unread, 0);
  assert.deepEqual(acked, [[2, 0]]);
});
