import assert from "node:assert/strict";
import { test } from "node:test";
import { Tidewire, type ClientState, type TidewireError } from "@tidewire/client";
import { FakeHost } from "./support/fake-host.ts";
import { startClient, startConnected } from "./support/start-client.ts";

test("a client connects to the server its page came from", (t) => {
  const { host } = startClient(t);
  assert.equal(host.socket.url, "wss://page.example/connect");
});

test("without autoConnect nothing happens before connect", (t) => {
  const { host, client } = startClient(t, { autoConnect: false });
  assert.deepEqual([client.state, host.sockets.length, host.timers], [{ status: "idle" }, 0, 0]);
  client.connect();
  assert.equal(host.sockets.length, 1);
});

test("the states of a lost and found connection are told in order, each once", (t) => {
  const { host, client } = startClient(t);
  const told: ClientState[] = [];
  client.on("state", (state) => told.push(state));
  host.welcome();
  host.socket.end(1006);
  host.advance(1000);
  host.welcome("c2");
  assert.deepEqual(told, [
    { status: "live", connection: "c1", user: "u1" },
    {
      status: "offline",
      code: "network",
      reason: "The connection was lost.",
      retryInMs: 750,
      retryAtMs: 1_000_750,
      attempt: 1,
    },
    { status: "connecting", attempt: 1 },
    { status: "live", connection: "c2", user: "u1" },
  ]);
});

test("a socket that hangs in CONNECTING is given up after five seconds", (t) => {
  const { host, client } = startClient(t);
  host.advance(4999);
  assert.equal(client.state.status, "connecting");
  host.advance(1);
  assert.equal(client.state.status, "offline");
  assert.notEqual(host.socket.closedWith, undefined, "the hanging socket is closed");
  host.advance(1000);
  assert.equal(host.sockets.length, 2);
});

test("a server that drops every connection at once is not hammered", (t) => {
  const { host } = startClient(t);
  host.randomValue = 0;
  for (let ms = 0; ms < 60_000; ms += 10) {
    const { socket } = host;
    if (socket.closedWith === undefined) {
      host.welcome();
      socket.end(1006);
    }
    host.advance(10);
  }
  // With the smallest random numbers: one try each 510 ms. A loop without delay would have made thousands.
  assert.ok(host.sockets.length <= 121, `${host.sockets.length} tries in a minute`);
});

test("a connection that cannot even be constructed counts as lost", (t) => {
  class Forbidden {
    constructor() {
      throw new Error("insecure");
    }
    send(): void {}
    close(): void {}
    addEventListener(): void {}
  }
  const { client } = startClient(t, { webSocket: Forbidden });
  assert.equal(client.state.status, "offline");
});

test("a client that lost its connection 1000 times comes back the 1001st time", (t) => {
  const { host, client } = startClient(t);
  for (let i = 0; i < 1000; i++) {
    host.socket.end(1006);
    while (host.socket.closedWith !== undefined) host.advance(100);
  }
  host.welcome();
  assert.equal(client.state.status, "live");
});

test("disconnect with retryAfterMs is obeyed, even when the page wakes up", (t) => {
  const { host, client } = startConnected(t);
  host.socket.receive({
    type: "disconnect",
    code: 4000,
    reason: "restarting",
    reconnect: true,
    retryAfterMs: 8000,
  });
  assert.deepEqual(client.state, {
    status: "offline",
    code: "shutdown",
    reason: "restarting",
    retryInMs: 8750,
    retryAtMs: 1_008_750,
    attempt: 1,
  });
  host.window.dispatchEvent(new Event("online"));
  host.advance(7999);
  assert.equal(host.sockets.length, 1);
  host.advance(1);
  assert.equal(host.sockets.length, 2, "woken, it tries as soon as the server allowed");
});

test("a kick is final: told with its reason, and nothing brings the client back but connect", (t) => {
  const { host, client } = startConnected(t);
  const kicks: unknown[] = [];
  client.on("kicked", (state) => kicks.push(state));
  host.socket.receive({
    type: "disconnect",
    code: 4403,
    reason: "banned",
    reconnect: false,
    retryAfterMs: 0,
  });
  host.socket.end(4403, "banned");
  for (const name of ["online", "pagehide", "pageshow"]) host.window.dispatchEvent(new Event(name));
  host.setVisibility("hidden");
  host.advance(60_000);
  host.setVisibility("visible");
  host.advance(600_000);
  const kicked: ClientState = { status: "kicked", code: 4403, reason: "banned" };
  assert.deepEqual([kicks, client.state, host.sockets.length, host.timers], [[kicked], kicked, 1, 0]);
  client.connect();
  host.welcome();
  assert.equal(client.state.status, "live");
});

test("a close frame with a code from 4400 on is a kick without a word before it", (t) => {
  const { host, client } = startConnected(t);
  host.socket.end(4409, "the session continues elsewhere");
  assert.deepEqual(client.state, { status: "kicked", code: 4409, reason: "the session continues elsewhere" });
});

test("the session is taken over on the next connection, and forgotten after a kick", (t) => {
  const { host, client } = startConnected(t);
  host.socket.end(1006);
  host.advance(1000);
  assert.equal(host.welcome("c2").session, "secret-c1");
  host.socket.end(4403);
  client.connect();
  assert.equal(host.welcome("c3").session, undefined);
});

test("a refused connect that is final closes the client and says why", (t) => {
  const { host, client } = startClient(t);
  const errors: TidewireError[] = [];
  client.on("error", (error) => errors.push(error));
  host.socket.open();
  const id = host.socket.sentOf("connect")[0]?.id ?? 0;
  host.socket.receive({
    type: "error",
    id,
    code: "token_invalid",
    message: "signed by a stranger",
    retryable: false,
  });
  assert.deepEqual(client.state, { status: "closed", code: "token_invalid", reason: "signed by a stranger" });
  assert.deepEqual(
    errors.map(({ code, message }) => ({ code, message })),
    [{ code: "token_invalid", message: "signed by a stranger" }],
  );
});

test("frames of a socket that was replaced are not heard", (t) => {
  const { host, client } = startConnected(t);
  const first = host.socket;
  host.window.dispatchEvent(new Event("pagehide"));
  host.window.dispatchEvent(new Event("pageshow"));
  host.welcome("c2");
  first.receive({ type: "disconnect", code: 4403, reason: "", reconnect: false, retryAfterMs: 0 });
  first.end(4403);
  assert.deepEqual(client.state, { status: "live", connection: "c2", user: "u1" });
});

test("frames that are no messages are ignored", (t) => {
  const { host, client } = startConnected(t);
  for (const data of [
    "",
    "{",
    "[]",
    "null",
    '{"type":"of the future"}',
    '{"type":"message"}',
    new ArrayBuffer(4),
  ]) {
    host.socket.receiveData(data);
  }
  assert.deepEqual([client.state.status, host.errors], ["live", []]);
});

test("a runtime without WebSocket says so, and is not stuck", async (t) => {
  const host = new FakeHost();
  const client = new Tidewire("ws://x", { fallback: false }, { ...host.environment, webSocket: undefined });
  t.after(() => client.close());
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  assert.equal(client.state.status, "offline");
  assert.match(client.state.status === "offline" ? client.state.reason : "", /no WebSocket here/);
});

test("whoever remembers another door, and cannot load what leads there, tries WebSocket", async (t) => {
  const host = new FakeHost();
  const storage = {
    getItem: () => '{"door":1,"untilMs":9e15,"patienceMs":1}',
    setItem() {},
    removeItem() {},
  };
  const client = new Tidewire(
    "ws://x",
    {},
    { ...host.environment, storage: { ...storage, length: 1, key: () => null, clear() {} } },
  );
  t.after(() => client.close());
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  host.welcome();
  assert.equal(client.state.status, "live");
});

test("where the other doors do not load, a try fails as it would without them", async (t) => {
  const { host, client } = startClient(t, { fallback: true });
  host.socket.end(1006);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  assert.deepEqual([client.state.status, host.sockets.length], ["offline", 1]);
});
