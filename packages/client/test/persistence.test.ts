import assert from "node:assert/strict";
import { test } from "node:test";
import { Tidewire, type TidewireOptions } from "@tidewire/client";
import { FakeHost } from "./support/fake-host.ts";
import { MemoryVaults } from "./support/memory-vaults.ts";
import { errorPush, message, published, subscribed } from "./support/pushes.ts";

/** Lets promises that are settled already run their course. */
async function settle(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A page of a browser whose storage is `vaults`. It is not closed with the test, as killed pages are not. */
async function openPage(
  vaults: MemoryVaults,
  options: TidewireOptions = { user: "u1" },
): Promise<{ host: FakeHost; client: Tidewire }> {
  const host = new FakeHost(vaults);
  const client = new Tidewire("", { persist: true, ...options }, host.environment);
  await settle();
  return { host, client };
}

function answer(host: FakeHost, offset: number): void {
  const publish = host.socket.sentOf("publish").at(-1);
  host.socket.receive(published(publish?.id, "news", offset, publish?.messageId ?? ""));
}

function sent(host: FakeHost): unknown[] {
  return host.socket.sentOf("publish").map(({ data }) => data);
}

/** A JSON Web Token that nobody signed. */
function tokenOf(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.x`;
}

test("what a killed page had not sent is sent by the next one, in order and with the same ids", async () => {
  const vaults = new MemoryVaults();
  const killed = await openPage(vaults);
  for (const data of [1, 2]) void killed.client.publish("news", data, { messageId: `id${data}` });
  const next = await openPage(vaults);
  void next.client.publish("news", 3);
  next.host.welcome();
  answer(next.host, 1);
  answer(next.host, 2);
  answer(next.host, 3);
  assert.deepEqual(sent(next.host), [1, 2, 3]);
  assert.deepEqual(
    next.host.socket
      .sentOf("publish")
      .slice(0, 2)
      .map(({ messageId }) => messageId),
    ["id1", "id2"],
  );
  assert.deepEqual(vaults.waiting("u1"), [], "what was answered is kept no longer");
});

test("a page goes on where the one before stood", async () => {
  const vaults = new MemoryVaults();
  const first = await openPage(vaults);
  first.client.subscribe("news", { since: "earliest" });
  first.host.welcome();
  first.host.socket.receive(subscribed("news", 5), message("news", 1), message("news", 2));
  const second = await openPage(vaults);
  second.client.subscribe("news", { since: "earliest" });
  assert.deepEqual(second.host.welcome().subscriptions, { news: { since: { epoch: "e1", offset: 2 } } });
});

test("a subscription that is made before the storage has opened goes on there too", async () => {
  const vaults = new MemoryVaults();
  const first = await openPage(vaults);
  first.client.subscribe("news");
  first.host.welcome();
  first.host.socket.receive(subscribed("news", 5));
  const host = new FakeHost(vaults);
  const client = new Tidewire("", { persist: true, user: "u1" }, host.environment);
  client.subscribe("news", { since: { last: 50 } });
  client.subscribe("chat", { since: { epoch: "e9", offset: 9 } });
  await settle();
  assert.deepEqual(host.welcome().subscriptions, {
    news: { since: { epoch: "e1", offset: 5 } },
    chat: { since: { epoch: "e9", offset: 9 } },
  });
});

test("a position is kept only after the handlers have returned", async () => {
  const vaults = new MemoryVaults();
  const { host, client } = await openPage(vaults);
  const seen: unknown[] = [];
  client.subscribe("news", { since: "earliest" }).on("message", () => seen.push(vaults.positions("u1")));
  host.welcome();
  host.socket.receive(subscribed("news", 2), message("news", 1), message("news", 2));
  assert.deepEqual(seen, [{}, { news: 1 }]);
  assert.deepEqual(vaults.positions("u1"), { news: 2 });
});

test("a position the program names goes before what was kept, and unsubscribing forgets it", async () => {
  const vaults = new MemoryVaults();
  const { host, client } = await openPage(vaults);
  const subscription = client.subscribe("news", { since: { epoch: "e1", offset: 3 } });
  host.welcome();
  host.socket.receive(subscribed("news", 3));
  assert.deepEqual(vaults.positions("u1"), { news: 3 });
  subscription.unsubscribe();
  assert.deepEqual(vaults.positions("u1"), {});
});

test("one user's page never sends what another one wrote", async () => {
  const vaults = new MemoryVaults();
  const ann = await openPage(vaults, { user: "ann" });
  void ann.client.publish("news", "from ann");
  const bob = await openPage(vaults, { user: "bob" });
  bob.host.welcome("c2", "bob");
  assert.deepEqual(sent(bob.host), []);
  const again = await openPage(vaults, { user: "ann" });
  again.host.welcome("c3", "ann");
  assert.deepEqual(sent(again.host), ["from ann"]);
});

test("a token says whose data it is", async () => {
  const vaults = new MemoryVaults();
  const first = await openPage(vaults, { token: tokenOf({ sub: "ånn" }) });
  void first.client.publish("news", 1);
  assert.deepEqual(vaults.waiting("ånn"), [1]);
  const other = await openPage(vaults, { token: tokenOf({ sub: "bob" }) });
  other.host.welcome("c1", "bob");
  assert.deepEqual(sent(other.host), []);
});

test("with a token that does not say, the server's word opens the storage", async () => {
  const vaults = new MemoryVaults();
  const first = await openPage(vaults, { user: "u1" });
  void first.client.publish("news", 1, { messageId: "id1" });
  const { host, client } = await openPage(vaults, { token: "opaque" });
  const mine = client.publish("news", 2);
  host.welcome();
  await settle();
  answer(host, 1);
  assert.equal((await mine).offset, 1);
  assert.deepEqual(sent(host), [2, 1], "its own was under way already");
  assert.deepEqual(vaults.waiting("u1"), [1]);
});

test("when the server names somebody else, what was found is left there, and what was made here goes along", async () => {
  const vaults = new MemoryVaults();
  const ann = await openPage(vaults, { user: "ann" });
  void ann.client.publish("news", "from ann");
  const { host, client } = await openPage(vaults, { user: "ann" });
  void client.publish("news", "from this page");
  host.welcome("c1", "bob");
  await settle();
  assert.deepEqual(sent(host), ["from this page"]);
  assert.deepEqual([vaults.waiting("ann"), vaults.waiting("bob")], [["from ann"], ["from this page"]]);
});

test("what an earlier page left and the server refuses is reported", async () => {
  const vaults = new MemoryVaults();
  const first = await openPage(vaults);
  void first.client.publish("news", 1);
  const { host, client } = await openPage(vaults);
  const codes: string[] = [];
  client.on("error", ({ code }) => codes.push(code));
  host.welcome();
  const [publish] = host.socket.sentOf("publish");
  host.socket.receive(
    errorPush({ id: publish?.id ?? 0, channel: "news", code: "permission_denied", retryable: false }),
  );
  await settle();
  assert.deepEqual([codes, vaults.waiting("u1")], [["permission_denied"], []]);
});

test("a browser without storage is reported once, and the client works from memory", async () => {
  const vaults = new MemoryVaults();
  vaults.failure = new Error("private window");
  const { host, client } = await openPage(vaults);
  void client.publish("news", 1);
  host.welcome();
  await settle();
  assert.deepEqual(
    host.errors.map((error) => error instanceof Error && "code" in error && error.code),
    ["persistence_failed"],
  );
  assert.deepEqual(sent(host), [1]);
});

test("nothing is held open in the page cache, nor after close; what waited stays kept", async () => {
  const vaults = new MemoryVaults();
  const { host, client } = await openPage(vaults);
  client.publish("news", 1).catch(() => {});
  host.window.dispatchEvent(new Event("pagehide"));
  assert.equal(vaults.open, 0);
  host.window.dispatchEvent(new Event("pageshow"));
  await settle();
  assert.equal(vaults.open, 1);
  host.welcome();
  assert.deepEqual(sent(host), [1], "what it knows itself is not taken twice");
  client.close();
  assert.deepEqual([vaults.open, vaults.waiting("u1")], [0, [1]]);
});

test("a page that is closed while its storage opens leaves nothing open", async () => {
  const vaults = new MemoryVaults();
  const host = new FakeHost(vaults);
  const client = new Tidewire("", { persist: true }, host.environment);
  await Promise.resolve();
  client.close();
  await settle();
  assert.deepEqual([vaults.open, host.sockets.length, host.timers], [0, 0, 0]);
});
