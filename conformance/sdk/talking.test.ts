import assert from "node:assert/strict";
import { test } from "node:test";
import { clientOf, Collected, stateOf } from "./support/clients.ts";
import { callApi, serverFor } from "./support/start-server.ts";

test("two clients talk: both hear each message once, with its sender", async (t) => {
  const server = await serverFor(t);
  const ann = clientOf(t, server.url, { user: "ann" });
  const ben = clientOf(t, server.url, { user: "ben" });
  const heard = [ann, ben].map((client) => new Collected(client.subscribe("chat.1")));
  await Promise.all([ann.subscribe("chat.1").ready(), ben.subscribe("chat.1").ready()]);
  const { offset, duplicate } = await ann.publish("chat.1", { text: "hello" }, { messageId: "first" });
  const again = await ann.publish("chat.1", { text: "hello" }, { messageId: "first" });
  assert.deepEqual([duplicate, again.duplicate, again.offset], [false, true, offset]);
  await ben.publish("chat.1", { text: "hi" });
  for (const collected of heard) {
    await collected.until(2);
    assert.deepEqual(collected.data, [{ text: "hello" }, { text: "hi" }]);
    const [first] = collected.messages;
    assert.equal(first !== undefined && "user" in first.from && first.from.user, "ann");
  }
});

test("the echo of one's own message carries the id it was published with, chosen or not", async (t) => {
  const server = await serverFor(t);
  const ann = clientOf(t, server.url, { user: "ann" });
  const heard = new Collected(ann.subscribe("chat.1"));
  await ann.subscribe("chat.1").ready();
  const chosen = await ann.publish("chat.1", "mine", { messageId: "row-17" });
  const given = await ann.publish("chat.1", "any");
  await heard.until(2);
  assert.equal(chosen.messageId, "row-17");
  assert.notEqual(given.messageId, "");
  assert.deepEqual(
    heard.messages.map(({ id, offset, data }) => [id, offset, data]),
    [
      [chosen.messageId, chosen.offset, "mine"],
      [given.messageId, given.offset, "any"],
    ],
  );
});

test("what the backend sends to everybody reaches a client that is subscribed to nothing", async (t) => {
  const server = await serverFor(t);
  const ann = clientOf(t, server.url);
  const heard = new Promise<unknown>((resolve) => {
    ann.on("broadcast", ({ data }) => resolve(data));
  });
  await stateOf(ann, "live");
  await callApi(server, "POST", "/broadcast", { data: { text: "Maintenance at noon." } });
  assert.deepEqual(await heard, { text: "Maintenance at noon." });
});

test("what the backend pushes reaches a channel and an inbox", async (t) => {
  const server = await serverFor(t);
  const ann = clientOf(t, server.url, { user: "ann" });
  const offered = new Promise<Collected>((resolve) => {
    ann.on("subscription", (subscription) => {
      if (subscription.channel === "@ann") resolve(new Collected(subscription));
    });
  });
  const news = new Collected(ann.subscribe("news"));
  await ann.subscribe("news").ready();
  const inbox = await offered;
  await callApi(server, "POST", "/channels/news/messages", { data: 1 });
  await callApi(server, "POST", "/users/ann/messages", { data: 2 });
  await Promise.all([news.until(1), inbox.until(1)]);
  assert.deepEqual([news.data, inbox.data], [[1], [2]]);
});

test("history pages through everything, in both directions", async (t) => {
  const server = await serverFor(t);
  const client = clientOf(t, server.url, { user: "ann" });
  for (let i = 1; i <= 5; i++) await client.publish("log", i);
  const first = await client.history("log", { since: "earliest", limit: 3 });
  const second = await client.history("log", { since: first.messages.at(-1) ?? "earliest", limit: 3 });
  const data = [...first.messages, ...second.messages].map((message) => message.data);
  assert.deepEqual([data, first.more, second.more], [[1, 2, 3, 4, 5], true, false]);
  const newest = await client.history("log", { limit: 2, order: "desc" });
  assert.deepEqual(
    newest.messages.map((message) => message.data),
    [5, 4],
  );
});

test("a loop over a subscription with since gets the past, then the present", async (t) => {
  const server = await serverFor(t);
  const client = clientOf(t, server.url, { user: "ann" });
  for (let i = 1; i <= 3; i++) await client.publish("log", i);
  const got: unknown[] = [];
  void client
    .subscribe("log", { since: { last: 2 } })
    .ready()
    .then(() => client.publish("log", 4));
  for await (const { data } of client.subscribe("log")) {
    got.push(data);
    if (data === 4) break;
  }
  assert.deepEqual(got, [2, 3, 4]);
});

test("a kick reaches the client with its reason, and it stays away", async (t) => {
  const server = await serverFor(t);
  const client = clientOf(t, server.url, { user: "ann" });
  await stateOf(client, "live");
  await callApi(server, "POST", "/users/ann/disconnect", { reason: "signed in elsewhere" });
  const { reason } = await stateOf(client, "kicked");
  assert.equal(reason, "signed in elsewhere");
});

test("a bad request is an error for the one who made it, and the connection goes on", async (t) => {
  const server = await serverFor(t);
  const client = clientOf(t, server.url, { user: "ann" });
  await assert.rejects(client.publish("no spaces allowed", 1), { code: "invalid_channel" });
  const refused = client.subscribe("#reserved");
  refused.on("error", () => {});
  await assert.rejects(refused.ready(), { code: "invalid_channel" });
  // The second one has fewer characters than bytes.
  for (const large of ["x".repeat(1_000_000), "ü".repeat(40_000)]) {
    await assert.rejects(client.publish("news", large), { code: "message_too_large" });
  }
  await client.publish("news", "fine");
  assert.equal(client.state.status, "live");
});

test("what an inbox got while its user was away is there, until it is acknowledged", async (t) => {
  const server = await serverFor(t);
  for (const n of [1, 2, 3]) await callApi(server, "POST", "/users/ann/messages", { data: n });
  const first = clientOf(t, server.url, { user: "ann" });
  const inbox = first.subscribe("@ann");
  const heard = new Collected(inbox);
  await heard.until(3);
  assert.deepEqual(heard.data, [1, 2, 3]);
  const { unread } = await inbox.ack(heard.messages[1]?.offset ?? 0);
  assert.equal(unread, 1);
  first.close();
  const later = clientOf(t, server.url, { user: "ann" });
  const rest = new Promise<Collected>((resolve) => {
    later.on("subscription", (subscription) => resolve(new Collected(subscription)));
  });
  const restHeard = await rest;
  await restHeard.until(1);
  assert.deepEqual(restHeard.data, [3]);
});
