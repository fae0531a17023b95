import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { type AnswerBackend, type BackendServer, SECRET, startBackend } from "../support/backend-server.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const RULES = [
  { match: "room.**", subscribe: "hook", publish: "hook", presence: true },
  { match: "given.**", subscribe: "token", publish: "token" },
];
/** A rule that asks about inboxes too, where there is somebody to ask. */
const INBOX_RULE = { match: "@*", subscribe: "hook", publish: "server" };

interface Setting {
  readonly server: TestServer;
  readonly backend: BackendServer;
}

/** A server whose hooks of these names are one backend. */
async function start(t: TestContext, hooks: readonly string[], answer: AnswerBackend): Promise<Setting> {
  const backend = await startBackend(t, answer);
  const urls = Object.fromEntries(hooks.map((hook) => [hook, { url: backend.url }]));
  const channels = hooks.includes("subscribe") ? [...RULES, INBOX_RULE] : RULES;
  const settings = { hooks: { ...urls, secrets: [SECRET] }, channels };
  return { server: await startTestServer(t, { settings, logLevel: "info" }), backend };
}

describe("the connect hook", () => {
  test("says who a client is, what it may use, and what it is subscribed to", async (t) => {
    const { server, backend } = await start(t, ["connect"], ({ json }) =>
      json["token"] === "opaque"
        ? {
            allow: true,
            user: "u1",
            info: { name: "Ann" },
            channels: { subscribe: ["given.1"], publish: ["given.*"] },
            subscribe: ["news", "given.0"],
          }
        : { allow: true },
    );
    const client = await NativeClient.open(t, server, "token=opaque");
    assert.equal((await client.connected()).user, "u1");
    const subscribed = [];
    for (let count = 0; count < 3; count += 1) subscribed.push((await client.next("subscribed")).channel);
    assert.deepEqual(subscribed.toSorted(), ["@u1", "given.0", "news"]);
    client.send({ type: "subscribe", id: 2, channel: "given.1" });
    await client.answer("subscribed", 2);
    client.send({ type: "subscribe", id: 3, channel: "given.2" });
    assert.equal((await client.answer("error", 3)).code, "permission_denied");
    client.send({ type: "publish", id: 4, channel: "given.2", data: 1 });
    await client.answer("published", 4);
    const [question] = backend.requests;
    assert.deepEqual(question?.json, { hook: "connect", token: "opaque", address: "127.0.0.1" });

    const anonymous = await NativeClient.open(t, server);
    anonymous.send({ type: "connect", id: 1 });
    assert.equal((await anonymous.answer("connected", 1)).user, undefined);
    anonymous.send({ type: "subscribe", id: 2, channel: "news" });
    assert.equal((await anonymous.answer("error", 2)).code, "permission_denied", "news is for users");
  });

  test("turns a client away with words that it reads, for good", async (t) => {
    const { server } = await start(t, ["connect"], () => ({
      allow: false,
      reason: "unpaid",
      message: "Your subscription has ended.",
    }));
    const client = await NativeClient.open(t, server, "token=x");
    const { code, message, reason, retryable } = await client.next("error");
    assert.deepEqual(
      [code, message, reason, retryable],
      ["permission_denied", "Your subscription has ended.", "unpaid", false],
    );
    assert.equal((await client.next("disconnect")).reconnect, false);
    assert.deepEqual(await client.closed, { code: 4403, reason: "Your subscription has ended." });
  });

  test("lets nobody in when it does not answer, and clients may come back", async (t) => {
    const { server } = await start(t, ["connect"], () => 500);
    const client = await NativeClient.open(t, server, "channels=news");
    assert.equal((await client.next("error")).code, "hook_failed");
    assert.equal((await client.next("disconnect")).reconnect, true);
    assert.equal((await client.closed).code, 4003);
  });

  test("makes the server believe no claims", async (t) => {
    const { server } = await start(t, ["connect"], () => ({ allow: true }));
    const client = await NativeClient.open(t, server, "user=u1");
    assert.equal((await client.connected()).user, undefined);
  });

  test("does not let in who was banned while it was asked", async (t) => {
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { server, backend } = await start(t, ["connect"], () =>
      asked.then(() => ({ allow: true, user: "u1" })),
    );
    const client = await NativeClient.open(t, server, "token=x");
    await backend.received(1);
    await server.api("PUT", "/api/users/u1/ban", { for: "10m", reason: "spam" });
    answer();
    const { code, reason } = await client.closed;
    assert.deepEqual([code, reason], [4403, "spam"]);
    assert.ok(client.frames.every(({ type }) => type !== "connected"));
  });
});

describe("the subscribe hook", () => {
  test("lets in whom the backend lets in", async (t) => {
    const { server, backend } = await start(t, ["subscribe"], ({ json }) =>
      json["channel"] === "room.2" ? { allow: false, message: "Members only." } : { allow: true },
    );
    const client = await NativeClient.open(t, server, "user=u1");
    const { connection } = await client.connected();
    client.send({ type: "subscribe", id: 1, channel: "room.1" });
    await client.answer("subscribed", 1);
    client.send({ type: "subscribe", id: 2, channel: "room.2" });
    const { code, message } = await client.answer("error", 2);
    assert.deepEqual([code, message], ["permission_denied", "Members only."]);
    assert.deepEqual(
      backend.requests.map(({ json }) => json),
      ["@u1", "room.1", "room.2"].map((channel) => ({ hook: "subscribe", channel, user: "u1", connection })),
    );
  });

  test("is asked for history and presence too, but not by who receives the channel already", async (t) => {
    const { server, backend } = await start(t, ["subscribe"], () => ({ allow: true }));
    const client = await NativeClient.open(t, server, "channels=other");
    client.send({ type: "history", id: 1, channel: "room.1" });
    await client.answer("history", 1);
    client.send({ type: "presence", id: 2, channel: "room.1" });
    await client.answer("presence", 2);
    assert.equal(backend.requests.length, 2);
    client.send({ type: "subscribe", id: 3, channel: "room.1" });
    await client.answer("subscribed", 3);
    client.send({ type: "history", id: 4, channel: "room.1" });
    client.send({ type: "presence", id: 5, channel: "room.1" });
    await client.answer("history", 4);
    assert.equal(backend.requests.length, 3);
  });

  test("opens nobody's inbox to somebody else", async (t) => {
    const { server, backend } = await start(t, ["subscribe"], () => ({ allow: true }));
    const client = await NativeClient.open(t, server, "user=u2");
    client.send({ type: "subscribe", id: 1, channel: "@u1" });
    assert.equal((await client.answer("error", 1)).code, "permission_denied");
    assert.ok(backend.requests.every(({ json }) => json["channel"] === "@u2"));
  });

  test("subscribes nobody who has unsubscribed or was kicked meanwhile", async (t) => {
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { server, backend } = await start(t, ["subscribe"], ({ json }) =>
      json["channel"] === "@u1" ? { allow: true } : asked.then(() => ({ allow: true })),
    );
    const [kicked, gone] = [
      await NativeClient.open(t, server, "user=u1"),
      await NativeClient.open(t, server, "user=u1"),
    ];
    for (const client of [kicked, gone]) client.send({ type: "subscribe", id: 1, channel: "room.1" });
    await backend.received(4);
    gone.send({ type: "unsubscribe", id: 2, channel: "room.1" });
    await gone.answer("unsubscribed", 2);
    const { connection } = await kicked.connected();
    await server.api("DELETE", `/api/connections/${connection}`);
    answer();
    await kicked.closed;
    await gone.settled();
    const { body } = await server.api("GET", "/api/channels/room.1");
    assert.equal(body["subscribers"] ?? 0, 0);
    const lines = await server.logLines("channel.subscribe");
    assert.ok(lines.every(({ channel }) => channel !== "room.1"));
  });
});

describe("the publish hook", () => {
  test("lets a message pass, changes it, or refuses it", async (t) => {
    const { server, backend } = await start(t, ["subscribe", "publish"], ({ json }) => {
      if (json["hook"] === "subscribe" || json["data"] === "hello") return { allow: true };
      if (json["data"] === "damn") return { allow: true, data: { text: "d***" } };
      return { allow: false, reason: "bad_words", message: "Mind your language." };
    });
    const client = await NativeClient.open(t, server, "user=u1&channels=room.1");
    const { connection } = await client.connected();
    await client.next("subscribed");
    for (const [index, data] of ["hello", "damn", "worse"].entries()) {
      client.send({ type: "publish", id: index + 1, channel: "room.1", data, messageId: `m${index}` });
    }
    const { reason, message } = await client.answer("error", 3);
    assert.deepEqual([reason, message], ["bad_words", "Mind your language."]);
    const received = client.frames.flatMap((push) => (push.type === "message" ? [push.data] : []));
    assert.deepEqual(received, ["hello", { text: "d***" }]);
    assert.deepEqual(backend.requests.at(-1)?.json, {
      hook: "publish",
      channel: "room.1",
      data: "worse",
      messageId: "m2",
      user: "u1",
      connection,
    });
  });

  test("publishes nothing while the backend does not answer, and the client may try again", async (t) => {
    const { server } = await start(t, ["publish"], () => 500);
    const client = await NativeClient.open(t, server, "user=u1");
    client.send({ type: "publish", id: 1, channel: "room.1", data: 1 });
    const { code, retryable } = await client.answer("error", 1);
    assert.deepEqual([code, retryable], ["hook_failed", true]);
  });
});

describe("the rpc hook", () => {
  test("answers what a client calls", async (t) => {
    const { server, backend } = await start(t, ["rpc"], ({ json }) =>
      json["method"] === "add"
        ? { allow: true, data: { sum: 3 } }
        : { allow: false, reason: "no_such_method" },
    );
    const client = await NativeClient.open(t, server, "user=u1");
    const { connection } = await client.connected();
    client.send({ type: "rpc", id: 1, method: "add", data: [1, 2] });
    assert.deepEqual((await client.answer("result", 1)).data, { sum: 3 });
    assert.deepEqual(backend.requests[0]?.json, {
      hook: "rpc",
      method: "add",
      data: [1, 2],
      user: "u1",
      connection,
    });
    client.send({ type: "rpc", id: 2, method: "subtract" });
    assert.equal((await client.answer("error", 2)).reason, "no_such_method");
  });

  test("hears what a client sends to the last digit, and null where it sends nothing", async (t) => {
    const { server, backend } = await start(t, ["rpc"], () => ({ allow: true, data: 1 }));
    const client = await NativeClient.open(t, server, "user=u1");
    client.sendText('{"type":"rpc","id":1,"method":"add","data": [9007199254740993, 1.10]}');
    await client.answer("result", 1);
    assert.ok(backend.requests[0]?.body.includes('"data":[9007199254740993,1.10]'));
    client.send({ type: "rpc", id: 2, method: "now" });
    await client.answer("result", 2);
    assert.equal(backend.requests[1]?.json["data"], null);
  });

  test("is off unless configured", async (t) => {
    const { server } = await start(t, [], () => 500);
    const client = await NativeClient.open(t, server, "user=u1");
    client.send({ type: "rpc", id: 1, method: "add" });
    assert.equal((await client.answer("error", 1)).code, "rpc_off");
  });
});

test("what the backend was asked, and how it is doing, stands in the metrics", async (t) => {
  const { server } = await start(t, ["rpc"], () => 500);
  const client = await NativeClient.open(t, server, "user=u1");
  for (let id = 1; id <= 6; id += 1) {
    client.send({ type: "rpc", id, method: "add" });
    assert.equal((await client.answer("error", id)).code, "hook_failed");
  }
  const response = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.apiKey.key}` },
  });
  const text = await response.text();
  assert.match(text, /tidewire_hook_calls_total\{hook="rpc",outcome="failed"\} 5/);
  assert.match(text, /tidewire_hook_calls_total\{hook="rpc",outcome="refused"\} 1/);
  assert.match(text, /tidewire_hook_suspended\{hook="rpc"\} 1/);
  assert.match(text, /tidewire_hook_seconds_count\{hook="rpc"\} 5/);
  assert.equal((await server.logLines("hook.suspended")).length, 1);
});
