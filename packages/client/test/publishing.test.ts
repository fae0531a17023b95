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
  assert.match(a?.messageId ?? "", /^[\w+/]{22}==$/);
  assert.notEqual(a?.messageId, b?.messageId);
  host.socket.receive(published(a?.id, "news", 7, a?.messageId ?? ""));
  const { epoch, offset, duplicate } = await first;
  assert.deepEqual({ epoch, offset, duplicate }, { epoch: "e1", offset: 7, duplicate: false });
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
    ["a"],
    "the second one waits for the answer to the first",
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
  assert.equal(host.socket.sentOf("publish").at(-1)?.data, "b");
});

test("with `retry: false` a refusal for now rejects with how long to wait, and the next one is not held up", async (t) => {
  const { host, client } = startConnected(t);
  const refused = client.publish("news", "a", { retry: false });
  const [publish] = host.socket.sentOf("publish");
  assert.equal(Object.hasOwn(publish ?? {}, "retry"), false);
  const id = publish?.id ?? 0;
  host.socket.receive(
    errorPush({ id, channel: "news", code: "rate_limited", retryable: true, retryAfterMs: 1200 }),
  );
  await assert.rejects(refused, { code: "rate_limited", retryable: true, retryAfterMs: 1200 });
  void client.publish("news", "b");
  assert.deepEqual(
    host.socket.sentOf("publish").map(({ data }) => data),
    ["a", "b"],
  );
});

test("with `retry: false` a publish whose answer was lost is still sent again", (t) => {
  const { host, client } = startConnected(t);
  void client.publish("news", "a", { retry: false });
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  assert.deepEqual(
    host.socket.sentOf("publish").map(({ data }) => data),
    ["a"],
  );
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
  void client.publish("chat", 2);
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

test("a refusal for now is tried again later, and nothing of its channel overtakes it", async (t) => {
  const { host, client } = startConnected(t);
  const first = client.publish("news", 1);
  void client.publish("chat", 2);
  const refuse = (): void => {
    const id = host.socket.sentOf("publish").findLast(({ data }) => data === 1)?.id ?? 0;
    host.socket.receive(errorPush({ id, channel: "news", code: "rate_limited", retryable: true }));
  };
  refuse();
  void client.publish("news", 3);
  const sent = (): unknown[] => host.socket.sentOf("publish").map(({ data }) => data);
  assert.deepEqual(sent(), [1, 2]);
  host.advance(1000);
  assert.deepEqual(sent(), [1, 2, 1]);
  refuse();
  host.advance(2000);
  assert.deepEqual(sent(), [1, 2, 1, 1]);
  const last = host.socket.sentOf("publish").at(-1);
  host.socket.receive(published(last?.id, "news", 1, last?.messageId ?? ""));
  assert.equal((await first).offset, 1);
  assert.deepEqual(sent(), [1, 2, 1, 1, 3]);
});

test("a refusal that says how long to wait is waited out", (t) => {
  const { host, client } = startConnected(t);
  void client.publish("news", 1);
  const [publish] = host.socket.sentOf("publish");
  const refusal = { id: publish?.id ?? 0, channel: "news", code: "rate_limited", retryable: true } as const;
  host.socket.receive(errorPush({ ...refusal, retryAfterMs: 20_000 }));
  host.advance(20_000);
  assert.equal(host.socket.sentOf("publish").length, 1);
  host.advance(1000);
  assert.equal(host.socket.sentOf("publish").length, 2);
});

test("while what waited is sent, a refusal for good ends that publish and the next one goes on", async (t) => {
  const { host, client } = startClient(t);
  const first = client.publish("news", 1);
  void client.publish("news", 2);
  host.welcome();
  const [publish] = host.socket.sentOf("publish");
  host.socket.receive(
    errorPush({ id: publish?.id ?? 0, channel: "news", code: "permission_denied", retryable: false }),
  );
  await assert.rejects(first, { code: "permission_denied" });
  assert.deepEqual(
    host.socket.sentOf("publish").map(({ data }) => data),
    [1, 2],
  );
});

test("what waits longer than outboxTtlMs is rejected, and never sent", async (t) => {
  const { host, client } = startClient(t, { outboxTtlMs: 60_000 });
  const stale = client.publish("news", 1);
  host.advance(30_000);
  void client.publish("news", 2);
  host.advance(30_000);
  await assert.rejects(stale, { code: "outbox_expired", channel: "news" });
  while (host.socket.closedWith !== undefined) host.advance(100);
  host.welcome();
  assert.deepEqual(
    host.socket.sentOf("publish").map(({ data }) => data),
    [2],
  );
});

test("a signal takes back what was not sent, and gives up what was asked", async (t) => {
  const { host, client } = startClient(t);
  const { signal, abort } = withAbort();
  const publish = client.publish("news", 1, { signal });
  const history = client.history("news", { signal });
  abort();
  await assert.rejects(publish, { name: "AbortError" });
  await assert.rejects(history, { name: "AbortError" });
  await assert.rejects(client.presence("news", { signal }), { name: "AbortError" });
  await assert.rejects(client.rpc("greet", 1, { signal }), { name: "AbortError" });
  host.welcome();
  assert.deepEqual(
    host.socket.sent.map(({ type }) => type),
    ["connect"],
  );
});

test("the answer to what was given up harms nobody", async (t) => {
  const { host, client } = startConnected(t);
  const { signal, abort } = withAbort();
  const publish = client.publish("news", 1, { signal });
  abort();
  await assert.rejects(publish, { name: "AbortError" });
  const { id = 0 } = host.socket.sentOf("publish")[0] ?? {};
  host.socket.receive(errorPush({ id, channel: "news", code: "permission_denied", retryable: false }));
  assert.deepEqual(host.errors, []);
});

test("what was written as one user is not sent as another", async (t) => {
  const { host, client } = startConnected(t);
  host.socket.end(1006);
  const publish = client.publish("news", 1);
  host.advance(1000);
  host.welcome("c2", "u2");
  await assert.rejects(publish, { code: "user_changed" });
  assert.deepEqual(host.socket.sentOf("publish"), []);
});

function withAbort(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

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
  assert.deepEqual([await presence, await waiting], [{ members: [{ connection: "x" }], count: 1 }, "hello"]);
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
