import assert from "node:assert/strict";
import { test } from "node:test";
import type { SubscribedPush } from "@tidewire/protocol";
import { message, position } from "./support/pushes.ts";
import { startClient, startConnected } from "./support/start-client.ts";

/** Lets what loads load. */
async function loaded(): Promise<void> {
  await import("../src/pattern-standing.ts");
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The confirmation of a pattern, which says when it began. */
function begun(channel: string, time = 5000): SubscribedPush {
  return { type: "subscribed", channel, time, recovered: true, deliver: "all" };
}

test("a pattern brings the messages of the channels that match it, each once, in the order of each", async (t) => {
  const { host, client } = startConnected(t);
  const heard: string[] = [];
  const stock = client.subscribe("stock.*");
  stock.on("message", ({ channel, offset }) => heard.push(`${channel} ${offset}`));
  await loaded();
  const [subscribe] = host.socket.sentOf("subscribe");
  assert.deepEqual(subscribe, { type: "subscribe", id: subscribe?.id, channel: "stock.*" });
  host.socket.receive({ ...begun("stock.*"), id: subscribe?.id ?? 0 });
  await stock.ready();
  const others = ["stock", "stock.A.x", "stocks.A", "@stock", "stock.A:x", "other"].map((name) =>
    message(name, 1),
  );
  host.socket.receive(message("stock.A", 7), message("stock.B", 3), ...others);
  host.socket.receive(message("stock.A", 7), message("stock.A", 8), position("stock.B", 9));
  host.socket.receive(message("stock.B", 20));
  assert.deepEqual(heard, ["stock.A 7", "stock.B 3", "stock.A 8", "stock.B 20"]);
});

test("two stars match any rest, also none, and no inbox", async (t) => {
  const { host, client } = startConnected(t);
  const heard: string[] = [];
  for (const pattern of ["a.**", "**", "x:*/**"]) {
    client.subscribe(pattern).on("message", ({ channel }) => heard.push(`${pattern} has ${channel}`));
  }
  await loaded();
  for (const { id = 0, channel } of host.socket
    .sentOf("subscribe")
    .map((sent) => ({ channel: "", ...sent }))) {
    host.socket.receive({ ...begun(channel), id });
  }
  for (const name of ["a", "a.b:c", "ab", "@ann", "x:y", "x:y/z/1", "x"])
    host.socket.receive(message(name, 1));
  assert.deepEqual(
    heard.filter((line) => line.startsWith("a.**")),
    ["a.** has a", "a.** has a.b:c"],
  );
  assert.deepEqual(
    heard.filter((line) => line.startsWith("x:")),
    ["x:*/** has x:y", "x:*/** has x:y/z/1"],
  );
  assert.equal(heard.filter((line) => line.startsWith("** ")).length, 6);
});

test("after a loss it goes on in each channel, and in new ones from where it began", async (t) => {
  const { host, client } = startClient(t);
  const stock = client.subscribe("stock.*");
  const gaps: unknown[] = [];
  stock.on("gap", ({ channel, to }) => gaps.push([channel, to]));
  await loaded();
  host.welcome();
  await loaded();
  host.socket.receive(begun("stock.*"));
  host.socket.receive(
    message("stock.A", 7),
    message("stock.B", 3),
    { type: "gap", channel: "stock.C", epoch: "e1", from: null, to: 12, reason: "expired" },
    position("stock.B", 5),
  );
  host.socket.end(1006);
  host.advance(1000);
  const { subscriptions } = host.welcome("c2");
  assert.deepEqual(subscriptions?.["stock.*"]?.since, {
    time: 5000,
    positions: {
      "stock.A": { epoch: "e1", offset: 7 },
      "stock.B": { epoch: "e1", offset: 5 },
      "stock.C": { epoch: "e1", offset: 12 },
    },
  });
  assert.deepEqual(gaps, [["stock.C", 12]]);
});

test("what a name brings before its pattern is confirmed again is heard by both", async (t) => {
  const { host, client } = startConnected(t);
  const heard: string[] = [];
  client.subscribe("stock.*").on("message", ({ offset }) => heard.push(`pattern ${offset}`));
  client.subscribe("stock.A").on("message", ({ offset }) => heard.push(`name ${offset}`));
  await loaded();
  host.socket.receive(
    begun("stock.*"),
    { ...begun("stock.A"), epoch: "e1", offset: 4 },
    message("stock.A", 5),
  );
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  const again = { ...begun("stock.A"), epoch: "e1", offset: 7 };
  host.socket.receive(again, message("stock.A", 6), begun("stock.*"), message("stock.A", 7));
  host.socket.receive(position("stock.A", 7));
  for (const who of ["name", "pattern"]) {
    assert.deepEqual(
      heard.filter((line) => line.startsWith(who)),
      [5, 6, 7].map((offset) => `${who} ${offset}`),
    );
  }
});

test("what matches a name and a pattern is heard by both, once each", async (t) => {
  const { host, client } = startConnected(t);
  const heard: string[] = [];
  client.subscribe("stock.*").on("message", ({ offset }) => heard.push(`pattern ${offset}`));
  client.subscribe("stock.A").on("message", ({ offset }) => heard.push(`name ${offset}`));
  await loaded();
  host.socket.receive(begun("stock.*"), { ...begun("stock.A"), epoch: "e1", offset: 4 });
  host.socket.receive(message("stock.A", 5), message("stock.A", 5));
  assert.deepEqual(heard.toSorted(), ["name 5", "pattern 5"]);
  assert.deepEqual(client.subscribe("stock.*").members, [], "who is there, a pattern does not tell");
});

test("more positions than fit into a message are left out, and what comes again for it is not heard again", async (t) => {
  const { host, client } = startConnected(t);
  let heard = 0;
  client.subscribe("stock.*").on("message", () => (heard += 1));
  await loaded();
  host.socket.receive(begun("stock.*"));
  for (let n = 0; n < 2000; n += 1) host.socket.receive(message(`stock.${n}`, 1));
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  const [text = ""] = host.socket.texts;
  assert.ok(text.length > 10_000 && text.length < 40_000, `${text.length}`);
  assert.ok(text.includes('"stock.1999"'), "those that moved last are in it");
  host.socket.receive(begun("stock.*"));
  for (let n = 0; n < 2000; n += 1) host.socket.receive(message(`stock.${n}`, 1));
  assert.equal(heard, 2000);
});

test("where the part for patterns does not load, it is tried again, and said", async (t) => {
  const { host, client } = startConnected(t);
  const load = host.loadPatterns;
  host.loadPatterns = () => Promise.reject(new Error("no network"));
  const stock = client.subscribe("stock.*");
  const codes: string[] = [];
  stock.on("error", ({ code, retryable }) => codes.push(`${code} ${retryable}`));
  await loaded();
  assert.deepEqual([codes, host.socket.sentOf("subscribe")], [["not_available true"], []]);
  host.loadPatterns = load;
  host.advance(2000);
  await loaded();
  assert.equal(host.socket.sentOf("subscribe").length, 1);
});

test("one that is left while it loads is not asked for", async (t) => {
  const { host, client } = startConnected(t);
  client.subscribe("stock.*").unsubscribe();
  await loaded();
  assert.equal(host.socket.sent.length, 1, "only connect");
});
