import assert from "node:assert/strict";
import { test } from "node:test";
import { errorPush, message, position, subscribed } from "./support/pushes.ts";
import { startClient, startConnected } from "./support/start-client.ts";

test("a rate is asked for with the subscription, and holds across reconnections", (t) => {
  const { host, client } = startClient(t);
  client.subscribe("stock", { maxRate: 2 });
  client.subscribe("news");
  const connect = host.welcome();
  assert.deepEqual(connect.subscriptions, { stock: { maxRate: 2 }, news: {} });
  client.subscribe("stock").setRate(0.5);
  host.socket.end(1006);
  host.advance(1000);
  const { subscriptions } = host.welcome("c2");
  assert.deepEqual(subscriptions?.["stock"], { maxRate: 0.5 });
});

test("a rate that changes is told at once, and with the subscription where that was not asked for yet", (t) => {
  const { host, client } = startClient(t);
  const early = client.subscribe("early");
  early.setRate(3);
  host.welcome();
  assert.deepEqual(host.socket.sentOf("rate"), []);
  const stock = client.subscribe("stock", { maxRate: 2 });
  assert.equal(host.socket.sentOf("subscribe")[0]?.maxRate, 2);
  host.socket.receive(subscribed("stock", 0, { deliver: "latest", maxRate: 2 }));
  assert.equal(stock.deliver, "latest");
  stock.setRate(1);
  const [rate] = host.socket.sentOf("rate");
  assert.deepEqual(rate, { type: "rate", id: rate?.id, channel: "stock", maxRate: 1 });
  host.socket.receive({ type: "rate", id: rate?.id ?? 0, channel: "stock", maxRate: 1 });
  assert.deepEqual(host.errors, []);
});

test("a rate that the server refuses is reported, and the subscription goes on", (t) => {
  const { host, client } = startConnected(t);
  const stock = client.subscribe("stock");
  host.socket.receive(subscribed("stock", 0, { deliver: "latest" }));
  const codes: string[] = [];
  client.on("error", ({ code }) => codes.push(code));
  stock.setRate(2);
  const id = host.socket.sentOf("rate")[0]?.id ?? 0;
  host.socket.receive(errorPush({ id, channel: "stock", code: "rate_limited", retryable: true }));
  assert.deepEqual([codes, stock.state.status], [["rate_limited"], "live"]);
});

test("of the values that come with each subscription, those that are known are left out", (t) => {
  const { host, client } = startConnected(t);
  const values: unknown[] = [];
  client.subscribe("stock").on("message", ({ key, offset }) => values.push(`${key} ${offset}`));
  const value = (key: string, offset: number) => ({ ...message("stock", offset), key });
  host.socket.receive(
    subscribed("stock", 9, { deliver: "latest" }),
    value("a", 4),
    value("b", 9),
    value("c", 7),
  );
  host.socket.receive(position("stock", 9), value("a", 12), value("b", 11));
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  host.socket.receive(
    subscribed("stock", 14, { deliver: "latest" }),
    value("a", 12),
    value("b", 14),
    value("c", 7),
  );
  host.socket.receive(position("stock", 14));
  assert.deepEqual(values, ["a 4", "b 9", "c 7", "a 12", "b 11", "b 14"]);
});
