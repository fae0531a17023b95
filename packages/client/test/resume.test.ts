import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientState, Message } from "@tidewire/client";
import type { Push } from "@tidewire/protocol";
import { errorPush, message, position, subscribed, volatileMessage } from "./support/pushes.ts";
import { connectedPush } from "./support/fake-host.ts";
import { startClient, startConnected } from "./support/start-client.ts";

const offsets = (messages: readonly Message<unknown>[]): (number | undefined)[] =>
  messages.map((m) => m.offset);

test("all subscriptions return in the connect message, each with its position", (t) => {
  const { host, client } = startConnected(t);
  client.subscribe("a");
  client.subscribe("b", { since: { last: 5 } });
  client.subscribe("plain");
  host.socket.receive(
    subscribed("a", 7),
    message("a", 8),
    subscribed("b", 0),
    { type: "subscribed", channel: "plain", recovered: false, deliver: "all" },
    volatileMessage("plain", "x"),
  );
  host.socket.end(1006);
  host.advance(1000);
  assert.deepEqual(host.welcome("c2").subscriptions, {
    a: { since: { epoch: "e1", offset: 8 } },
    b: { since: { last: 5 } },
    plain: {},
  });
  assert.equal(host.socket.sent.length, 1, "one round trip: nothing but connect was sent");
});

test("half of a place, which no server sends, moves nothing", (t) => {
  const { host, client } = startConnected(t);
  const got: unknown[] = [];
  client.subscribe("a").on("message", ({ data }) => got.push(data));
  host.socket.receive(subscribed("a", 7), message("a", 8));
  const halves = [
    { type: "message", channel: "a", id: "m9", offset: 9, data: 9 },
    { type: "message", channel: "a", id: "m10", epoch: "e2", data: 10 },
    { type: "gap", channel: "a", from: 1, to: 50, reason: "expired" },
    { type: "gap", channel: "a", epoch: "e2", reason: "expired" },
    { type: "position", channel: "a", offset: 60 },
    { type: "position", channel: "a", epoch: "e2" },
    { type: "subscribed", channel: "a", offset: 70, deliver: "all" },
  ];
  for (const half of halves) host.socket.receiveData(JSON.stringify(half));
  assert.deepEqual(got, [8, 9, 10], "the payload is there all the same");
  host.socket.end(1006);
  host.advance(1000);
  assert.deepEqual(host.welcome("c2").subscriptions, { a: { since: { epoch: "e1", offset: 8 } } });
});

test("a message that comes twice is delivered once", (t) => {
  const { host, client } = startConnected(t);
  const got: Message<unknown>[] = [];
  client.subscribe("a", { since: "earliest" }).on("message", (m) => got.push(m));
  host.socket.receive(subscribed("a", 2), message("a", 1), message("a", 2), message("a", 1), message("a", 2));
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  host.socket.receive(subscribed("a", 4), message("a", 2), message("a", 3), message("a", 4));
  assert.deepEqual(offsets(got), [1, 2, 3, 4]);
});

test("the same offset in a new epoch is another message", (t) => {
  const { host, client } = startConnected(t);
  const got: Message<unknown>[] = [];
  client.subscribe("a", { since: "earliest" }).on("message", (m) => got.push(m));
  host.socket.receive(
    subscribed("a", 2),
    message("a", 1, "e1"),
    message("a", 2, "e1"),
    message("a", 2, "e2"),
  );
  assert.deepEqual(
    got.map((m) => m.epoch),
    ["e1", "e1", "e2"],
  );
});

test("a gap is told and moves the position behind it", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a", { since: { epoch: "e1", offset: 3 } });
  const gaps: unknown[] = [];
  subscription.on("gap", ({ from, to, reason }) =>
    gaps.push([from, to, reason, subscription.position?.offset]),
  );
  host.socket.receive(subscribed("a", 12, { recovered: false }));
  host.socket.receive({ type: "gap", channel: "a", epoch: "e1", from: 4, to: 9, reason: "expired" });
  assert.deepEqual(gaps, [[4, 9, "expired", 3]]);
  assert.deepEqual(subscription.position, { epoch: "e1", offset: 9 });
  assert.deepEqual(subscription.state, { status: "catching-up", missing: 3 });
});

test("a gap whose end is unknown leaves the position to what follows", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a", { since: { epoch: "lost", offset: 3 } });
  host.socket.receive(
    subscribed("a", 2, { recovered: false }),
    { type: "gap", channel: "a", epoch: "e1", from: null, to: null, reason: "epoch" },
    message("a", 1),
  );
  assert.deepEqual(subscription.position, { epoch: "e1", offset: 1 });
});

test("catching up shows how much is missing and ends with the position", (t) => {
  const { host, client } = startClient(t);
  const states: ClientState[] = [];
  client.on("state", (state) => states.push(state));
  client.subscribe("a", { since: { epoch: "e1", offset: 10 } });
  host.welcome();
  host.socket.receive(subscribed("a", 14), message("a", 11), message("a", 12));
  assert.equal(client.state.status === "catching-up" && client.state.missing, 2);
  host.advance(100);
  host.socket.receive(message("a", 13), position("a", 14));
  const connected = { connection: "c1", user: "u1" };
  assert.deepEqual(states, [
    { status: "catching-up", ...connected, missing: 0 },
    { status: "catching-up", ...connected, missing: 2 },
    { status: "live", ...connected },
  ]);
});

test("a subscription that missed nothing is live at once", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a", { since: { epoch: "e1", offset: 14 } });
  host.socket.receive(subscribed("a", 14));
  assert.deepEqual([subscription.state, client.state.status], [{ status: "live" }, "live"]);
});

test("the position moves after the handlers have returned", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const seen: unknown[] = [];
  subscription.on("message", () => seen.push(subscription.position?.offset));
  host.socket.receive(subscribed("a", 4), message("a", 5));
  assert.deepEqual([seen, subscription.position?.offset], [[4], 5]);
});

test("position moves a tail that was not meant for this client", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  host.socket.receive(subscribed("a", 4), position("a", 9), position("a", 6));
  assert.equal(subscription.position?.offset, 9, "and never back");
});

test("with deliver latest each key has its own last value", (t) => {
  const { host, client } = startConnected(t);
  const got: unknown[] = [];
  client.subscribe("stock").on("message", (m) => got.push([m.key, m.offset]));
  const value = (key: string, offset: number): Push => ({ ...message("stock", offset), key });
  host.socket.receive(subscribed("stock", 4, { deliver: "latest" }));
  host.socket.receive(
    value("AAPL", 9),
    value("MSFT", 6),
    value("AAPL", 9),
    value("AAPL", 8),
    value("MSFT", 10),
  );
  assert.deepEqual(got, [
    ["AAPL", 9],
    ["MSFT", 6],
    ["MSFT", 10],
  ]);
});

test("what was unsubscribed while joining is left on the server, and its frames are not heard", (t) => {
  const { host, client } = startClient(t);
  const got: unknown[] = [];
  client.on("message", (m) => got.push(m));
  client.on("subscription", (s) => got.push(s));
  const subscription = client.subscribe("a", { since: "earliest" });
  host.socket.open();
  subscription.unsubscribe();
  host.socket.receive(connectedPush(1));
  host.socket.receive(subscribed("a", 1), message("a", 1));
  assert.deepEqual(got, []);
  const [unsubscribe] = host.socket.sentOf("unsubscribe");
  assert.equal(unsubscribe?.channel, "a");
  host.socket.receive({ type: "unsubscribed", id: unsubscribe?.id ?? 0, channel: "a" });
  assert.equal(client.state.status, "live");
});

test("a channel that is left and entered again hears nothing of its former life", (t) => {
  const { host, client } = startConnected(t);
  client.subscribe("a");
  host.socket.receive(subscribed("a", 3));
  client.subscribe("a").unsubscribe();
  const again = client.subscribe("a", { since: { last: 1 } });
  const got: Message<unknown>[] = [];
  again.on("message", (m) => got.push(m));
  host.socket.receive(message("a", 4));
  const [unsubscribe] = host.socket.sentOf("unsubscribe");
  const subscribe = host.socket.sentOf("subscribe").at(-1);
  host.socket.receive({ type: "unsubscribed", id: unsubscribe?.id ?? 0, channel: "a" }, message("a", 5));
  host.socket.receive(subscribed("a", 5, { id: subscribe?.id ?? 0 }), message("a", 5), message("a", 6));
  assert.deepEqual(offsets(got), [5, 6]);
});

test("changes made while joining follow the connect message in the order they were made", async (t) => {
  const { host, client } = startClient(t);
  host.socket.open();
  const connectId = host.socket.sentOf("connect")[0]?.id;
  client.subscribe("room");
  const sent = client.publish("room", "hi");
  assert.equal(host.socket.sent.length, 1, "nothing is sent before the server has answered");
  host.socket.receive(connectedPush(connectId));
  assert.deepEqual(
    host.socket.sent.map((command) => command.type),
    ["connect", "subscribe", "publish"],
  );
  client.close();
  await assert.rejects(sent, { code: "closed" });
});

test("a refused subscription fails alone", async (t) => {
  const { host, client } = startConnected(t);
  const secret = client.subscribe("secret");
  const open = client.subscribe("open");
  const ready = secret.ready();
  const errors: string[] = [];
  secret.on("error", (error) => errors.push(error.code));
  const { id } = host.socket.sentOf("subscribe")[0] ?? {};
  host.socket.receive(
    errorPush({ id: id ?? 0, channel: "secret", code: "permission_denied", retryable: false }),
  );
  host.socket.receive(subscribed("open", 1));
  await assert.rejects(ready, { code: "permission_denied", channel: "secret" });
  assert.deepEqual(
    [errors, secret.state.status, open.state.status],
    [["permission_denied"], "failed", "live"],
  );
  assert.notEqual(client.subscribe("secret"), secret, "a new try is a new subscription");
});

test("a listed subscription that connect refuses fails alone, too", (t) => {
  const { host, client } = startClient(t);
  const secret = client.subscribe("secret");
  const errors: unknown[] = [];
  client.on("error", (error) => errors.push(error.code));
  const { id } = host.welcome();
  host.socket.receive(
    errorPush({ id: id ?? 0, channel: "secret", code: "permission_denied", retryable: false }),
  );
  assert.deepEqual(
    [secret.state.status, client.state.status, errors],
    ["failed", "live", ["permission_denied"]],
  );
});

test("a subscription that is refused for now is asked for again", (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  subscription.on("error", () => {});
  const { id } = host.socket.sentOf("subscribe")[0] ?? {};
  host.socket.receive(errorPush({ id: id ?? 0, channel: "a", code: "not_available", retryable: true }));
  host.advance(400);
  assert.equal(host.socket.sentOf("subscribe").length, 1);
  host.advance(400);
  assert.equal(host.socket.sentOf("subscribe").length, 2);
});

test("a subscription that the server makes is offered before its first message, and resumes like any other", (t) => {
  const { host, client } = startConnected(t);
  const got: unknown[] = [];
  client.on("subscription", (subscription) => {
    got.push(subscription.channel);
    subscription.on("message", (m) => got.push(m.data));
  });
  host.socket.receive(subscribed("@u1", 4), message("@u1", 5));
  assert.deepEqual(got, ["@u1", 5]);
  host.socket.end(1006);
  host.advance(1000);
  assert.deepEqual(host.welcome("c2").subscriptions, { "@u1": { since: { epoch: "e1", offset: 5 } } });
});

test("a subscription that the server ends is over, with the reason", async (t) => {
  const { host, client } = startConnected(t);
  const subscription = client.subscribe("a");
  const ends: unknown[] = [];
  subscription.on("unsubscribed", (end) => ends.push(end));
  const messages = subscription.messages();
  host.socket.receive(subscribed("a", 1), {
    type: "unsubscribed",
    channel: "a",
    reason: "removed by a moderator",
  });
  assert.deepEqual(ends, [{ channel: "a", reason: "removed by a moderator" }]);
  assert.deepEqual(await messages.next(), { done: true, value: undefined });
  host.socket.end(1006);
  host.advance(1000);
  assert.deepEqual(host.welcome("c2").subscriptions, {}, "it does not come back by itself");
});

test("a thousand subscriptions do not make connect too large: the rest follows one by one", (t) => {
  const { host, client } = startClient(t);
  const longName = "x".repeat(150);
  for (let i = 0; i < 1000; i++) client.subscribe(`${longName}${i}`);
  const connect = host.welcome();
  assert.ok(JSON.stringify(connect).length <= 65_536);
  const listed = Object.keys(connect.subscriptions ?? {}).length;
  assert.equal(listed + host.socket.sentOf("subscribe").length, 1000);
});

test("a channel called __proto__ is a channel", (t) => {
  const { host, client } = startClient(t);
  client.subscribe("__proto__");
  host.socket.open();
  assert.deepEqual(Object.keys(host.socket.sentOf("connect")[0]?.subscriptions ?? {}), ["__proto__"]);
});

test("presence keeps up with states, joins and leaves", (t) => {
  const { host, client } = startConnected(t);
  const room = client.subscribe("room");
  const ann = { user: "ann", connection: "1" };
  const ben = { user: "ben", connection: "2" };
  const told: unknown[] = [];
  room.on("presence", (members) => told.push(["presence", ...members.map((m) => m.user)]));
  room.on("join", (members) => told.push(["join", ...members.map((m) => m.user)]));
  room.on("leave", (members) => told.push(["leave", ...members.map((m) => m.user)]));
  host.socket.receive(
    subscribed("room", 0),
    { type: "presence", channel: "room", members: [ann] },
    { type: "join", channel: "room", members: [ben] },
    { type: "leave", channel: "room", members: [ann] },
  );
  assert.deepEqual(told, [
    ["presence", "ann"],
    ["join", "ben"],
    ["presence", "ann", "ben"],
    ["leave", "ann"],
    ["presence", "ben"],
  ]);
  assert.deepEqual(room.members, [ben]);
  assert.equal(room.members, room.members, "the same array until something changes");
});
