import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { CLOSE } from "@tidewire/protocol";
import { ANONYMOUS, type Claims, type Identity } from "../../src/core/identity.ts";
import { type Refusal, refuse } from "../../src/core/refusal.ts";
import { eventually } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTransport, type TestTransport } from "../support/start-transport.ts";

const KICK = { code: 4444, reason: "signed in elsewhere", retryAfterMs: 0 };

/** A server that finds out who somebody is only when the test says so. */
interface LateServer extends TestTransport {
  readonly asked: Claims[];
  /** Answers the question that has waited longest. */
  answer(identity: Identity | Refusal): void;
  fail(error: unknown): void;
}

async function startLate(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LateServer> {
  const asked: Claims[] = [];
  const waiting: { resolve: (identity: Identity | Refusal) => void; reject: (error: unknown) => void }[] = [];
  const transport = await startTransport(t, settings, (claims) => {
    asked.push(claims);
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  });
  return {
    ...transport,
    asked,
    answer: (identity) => waiting.shift()?.resolve(identity),
    fail: (error) => waiting.shift()?.reject(error),
  };
}

function person(user: string): Identity {
  return { ...ANONYMOUS, user };
}

describe("while it is being found out who a client is", () => {
  test("its commands wait, and are carried out in their order after connected", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server, "token=abc", { origin: "http://localhost:5173" });
    client.send({ type: "subscribe", id: 1, channel: "news" });
    client.send({ type: "publish", id: 2, channel: "news", data: "mine" });
    client.send({ type: "ping" });
    await eventually("question 1", () => server.asked.length === 1);
    assert.deepEqual(server.asked, [
      {
        token: "abc",
        user: undefined,
        device: undefined,
        address: server.asked[0]?.address,
        origin: "http://localhost:5173",
      },
    ]);
    assert.equal(client.frames.length, 0);
    server.answer(person("ann"));
    assert.equal((await client.frame()).type, "connected", "connected comes before everything else");
    await client.next("pong");
    assert.equal((await client.answer("published", 2)).channel, "news");
  });

  test("a token may come in the header of the upgrade, and counts before that of the URL", async (t) => {
    const server = await startLate(t);
    const headers = { authorization: "Bearer from-the-header" };
    await NativeClient.open(t, server, "token=from-the-url", { headers });
    await eventually("question 1", () => server.asked.length === 1);
    assert.equal(server.asked[0]?.token, "from-the-header");
  });

  test("a first message other than connect is carried out too, once the client is known", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server);
    client.send({ type: "subscribe", id: 1, channel: "news" });
    await eventually("question 1", () => server.asked.length === 1);
    server.answer(ANONYMOUS);
    assert.equal((await client.frame()).type, "connected");
    assert.equal((await client.answer("subscribed", 1)).channel, "news");
  });

  test("a second connect waits as well, and is then told that it is one too many", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server, "user=ann");
    client.send({ type: "connect", id: 7, user: "eve" });
    server.answer(person("ann"));
    assert.equal((await client.connected()).user, "ann");
    assert.equal((await client.answer("error", 7)).code, "already_connected");
    assert.equal(server.asked.length, 1);
  });

  test("a client that says too much is not read from, and loses nothing of it", async (t) => {
    const server = await startLate(t, { sessions: { maxPendingCommands: 8 } });
    const client = await NativeClient.open(t, server, "user=ann");
    const text = "x".repeat(40_000);
    const count = 100;
    for (let id = 1; id <= count; id += 1) {
      client.send({ type: "publish", id, channel: "news", data: text });
    }
    await eventually("the pause", () => server.sockets[0]?.isPaused() === true);
    const readBytes = server.sockets[0]?.bytesRead ?? 0;
    assert.ok(readBytes < 2_000_000, `${readBytes} bytes of 4 MB were read`);
    server.answer(person("ann"));
    for (let id = 1; id <= count; id += 1) await client.answer("published", id);
  });

  test("a client that goes away meanwhile gets no session", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server, "user=ann&channels=room");
    await eventually("question 1", () => server.asked.length === 1);
    client.socket.terminate();
    await eventually("the end", () => server.transport.size === 0);
    server.answer(person("ann"));
    // Somebody who connects after that is answered after it, too.
    const other = await NativeClient.open(t, server, "user=bob");
    await eventually("question 2", () => server.asked.length === 2);
    server.answer(person("bob"));
    await other.connected();
    assert.equal(server.domain.sessions.size, 1);
  });

  test("the time to connect still ends", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server, "user=ann");
    await eventually("question 1", () => server.asked.length === 1);
    server.passTime(10_000);
    assert.equal((await client.closed).code, CLOSE.connectTimeout);
    server.answer(person("ann"));
    const other = await NativeClient.open(t, server, "user=bob");
    await eventually("question 2", () => server.asked.length === 2);
    server.answer(person("bob"));
    await other.connected();
    assert.equal(server.domain.sessions.ofUser("ann").length, 0);
  });

  test("a kick of the user it turns out to be ends it, and says why", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server, "token=abc");
    await eventually("question 1", () => server.asked.length === 1);
    await server.domain.kicking.disconnectUser("ann", KICK);
    server.answer(person("ann"));
    const disconnect = await client.next("disconnect");
    assert.deepEqual([disconnect.code, disconnect.reason, disconnect.reconnect], [4444, KICK.reason, false]);
    assert.equal((await client.closed).code, 4444);
    assert.equal(server.domain.sessions.size, 0);
  });

  test("a ban of the user it turns out to be refuses it", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server);
    client.send({ type: "connect", id: 1, token: "abc" });
    await eventually("question 1", () => server.asked.length === 1);
    await server.domain.kicking.ban("ann", null, { code: 4403, reason: "for spam", retryAfterMs: 0 });
    server.answer(person("ann"));
    assert.equal((await client.next("disconnect")).reason, "for spam");
    assert.equal((await client.closed).code, 4403);
  });

  test("a kill of the session that it wants to take over refuses it", async (t) => {
    const server = await startLate(t);
    const first = await NativeClient.open(t, server, "token=abc");
    await eventually("question 1", () => server.asked.length === 1);
    server.answer(ANONYMOUS);
    const { session, connection } = await first.connected();
    const second = await NativeClient.open(t, server);
    second.send({ type: "connect", id: 1, session });
    await eventually("question 2", () => server.asked.length === 2);
    await server.domain.kicking.disconnectConnection(connection, KICK);
    server.answer(ANONYMOUS);
    assert.equal((await second.answer("error", 1)).code, "session_refused");
    assert.equal((await second.closed).code, 4403);
  });

  test("a refusal that may pass closes with a code that lets the client come back", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server);
    client.send({ type: "connect", id: 1, token: "abc" });
    await eventually("question 1", () => server.asked.length === 1);
    server.answer(refuse("hook_failed"));
    const error = await client.answer("error", 1);
    assert.deepEqual([error.code, error.retryable], ["hook_failed", true]);
    assert.equal((await client.closed).code, CLOSE.unavailable);
  });

  test("a bug that is met then is reported, and the client told that it was one", async (t) => {
    const server = await startLate(t);
    const client = await NativeClient.open(t, server, "token=abc");
    await eventually("question 1", () => server.asked.length === 1);
    server.fail(new Error("a bug"));
    assert.equal((await client.next("error")).code, "internal");
    assert.equal((await client.closed).code, 1011);
    assert.equal(server.logger.of("server.bug").length, 1);
  });
});
