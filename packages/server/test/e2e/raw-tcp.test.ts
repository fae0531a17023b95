import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { errorCode, LineClient, pushLine } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

async function openSilent(t: TestContext, server: TestServer): Promise<Socket> {
  const socket = connect(server.port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

describe("a backend with nothing but a socket", () => {
  test("pushes, and is told where the message stands and how many got it", async (t) => {
    const server = await startTestServer(t);
    const client = await NativeClient.open(t, server, "channels=news");
    const { epoch } = await client.next("subscribed");
    const backend = await LineClient.open(t, server);
    backend.send(pushLine(server.apiKey.key, "news", { text: "→ hello" }));
    const answer = await backend.line();
    const { id, ...rest } = answer;
    assert.equal(typeof id, "string");
    assert.deepEqual(rest, {
      ok: true,
      channel: "news",
      epoch,
      offset: 1,
      duplicate: false,
      subscribers: 1,
    });
    const message = await client.next("message");
    assert.deepEqual([message.data, message.from], [{ text: "→ hello" }, { api: true }]);
  });

  test("may send many lines without waiting; they are stored and answered in their order", async (t) => {
    const server = await startTestServer(t, { engine: "lmdb" });
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    const backend = await LineClient.open(t, server);
    const count = 500;
    const lines = Array.from({ length: count }, (_, index) => pushLine(server.apiKey.key, "news", index));
    backend.socket.end(lines.join(""));
    for (let offset = 1; offset <= count; offset += 1) assert.equal((await backend.line())["offset"], offset);
    await backend.ended;
    const messages = await client.messages(count);
    assert.deepEqual(
      messages.map(({ data }) => data),
      lines.map((_, index) => index),
    );
  });

  test("may leave out the last line feed, as it may begin with spaces and empty lines", async (t) => {
    const server = await startTestServer(t);
    for (const before of [" ", "\n", " \n\n  "]) {
      const backend = await LineClient.open(t, server);
      backend.socket.end(before + pushLine(server.apiKey.key, "news", 1).trim());
      assert.equal((await backend.line())["ok"], true);
      await backend.ended;
    }
  });

  test("sends to users, to lists and to everybody, and sends users away", async (t) => {
    const server = await startTestServer(t);
    const { key } = server.apiKey;
    const ann = await NativeClient.open(t, server, "user=ann&channels=a");
    await ann.next("subscribed");
    await ann.next("subscribed");
    const backend = await LineClient.open(t, server);
    backend.send(`${JSON.stringify({ from: "api", key, user: "ann", data: "inbox" })}\n`);
    backend.send(`${JSON.stringify({ from: "api", key, channels: ["a", "b"], data: "both" })}\n`);
    backend.send(`${JSON.stringify({ from: "api", key, action: "broadcast", data: "all" })}\n`);
    assert.equal((await backend.line())["channel"], "@ann");
    const { results } = await backend.line();
    assert.ok(Array.isArray(results) && results.length === 2);
    assert.equal((await backend.line())["connections"], 1);
    const heard = (await ann.messages(3)).map(({ data }) => JSON.stringify(data));
    assert.deepEqual(heard.toSorted(), [`"all"`, `"both"`, `"inbox"`]);
    backend.send(
      `${JSON.stringify({ from: "api", key, action: "disconnect", user: "ann", reason: "out" })}\n`,
    );
    assert.equal((await backend.line())["connections"], 1);
    assert.deepEqual(await ann.closed, { code: 4400, reason: "out" });
  });

  test("sends one connection away, bans a user and lifts the ban", async (t) => {
    const server = await startTestServer(t);
    const { key } = server.apiKey;
    const phone = await NativeClient.open(t, server, "user=ann");
    const laptop = await NativeClient.open(t, server, "user=ann");
    const { connection } = await phone.connected();
    await laptop.connected();
    const backend = await LineClient.open(t, server);
    const order = async (fields: object) => {
      backend.send(`${JSON.stringify({ from: "api", key, ...fields })}\n`);
      return backend.line();
    };
    const kicked = await order({ action: "disconnect", connection, reason: "out" });
    assert.deepEqual(kicked, { ok: true, connection, connections: 1 });
    assert.deepEqual(await phone.closed, { code: 4400, reason: "out" });
    assert.equal(errorCode(await order({ action: "disconnect", connection })), "not_found");
    const banned = await order({ action: "ban", user: "ann", for: "10m", reason: "spam" });
    assert.deepEqual(banned, { ok: true, user: "ann", connections: 1 });
    assert.deepEqual(await laptop.closed, { code: 4403, reason: "spam" });
    assert.ok("ban" in (await server.api("GET", "/api/users/ann")).body);
    assert.deepEqual(await order({ action: "unban", user: "ann" }), { ok: true, user: "ann", lifted: true });
    assert.deepEqual(await order({ action: "unban", user: "ann" }), {
      ok: true,
      user: "ann",
      lifted: false,
    });
  });

  test("with a wrong key is told so, closed and logged; each guess costs a connection", async (t) => {
    const server = await startTestServer(t, { logLevel: "warn" });
    const backend = await LineClient.open(t, server);
    backend.send(pushLine("some-guess", "news", 1) + pushLine(server.apiKey.key, "news", 2));
    assert.equal(errorCode(await backend.line()), "unauthorized");
    await backend.ended;
    assert.equal((await server.api("GET", "/api/channels/news/messages")).body["offset"], 0);
    const logged = await server.logLines("client.refused");
    assert.deepEqual(
      logged.map(({ code }) => code),
      ["unauthorized"],
    );
    assert.ok(!JSON.stringify(logged).includes("some-guess"), "what was tried is not in the log");
  });

  test("whose line has no end is closed, and nobody else notices", async (t) => {
    const server = await startTestServer(t, {
      settings: { limits: { lineBytes: "64KB", handshakeTimeoutMs: 300 } },
    });
    const neighbour = await NativeClient.open(t, server, "channels=news");
    await neighbour.next("subscribed");
    const long = await LineClient.open(t, server);
    long.send(`{${"x".repeat(70_000)}`);
    assert.equal(errorCode(await long.line()), "line_too_long");
    await long.ended;
    const slow = await LineClient.open(t, server);
    slow.send('{"from":');
    assert.equal(errorCode(await slow.line()), "request_timeout");
    await slow.ended;
    await server.push("news", 1);
    await neighbour.next("message");
  });

  test("gets an error for each wrong line, and goes on", async (t) => {
    const server = await startTestServer(t);
    const { key } = server.apiKey;
    const backend = await LineClient.open(t, server);
    for (const [line, code] of [
      ["{", "malformed_json"],
      ["[]", "malformed_json"],
      [JSON.stringify({ key, channel: "a", data: 1 }), "bad_request"],
      [JSON.stringify({ from: "api", key, channel: "a b", data: 1 }), "invalid_channel"],
      [JSON.stringify({ from: "api", key, channel: "a" }), "invalid_field"],
      [JSON.stringify({ from: "api", key, action: "fly" }), "invalid_field"],
      [`{"from":"api","key":"${key}","channel":"a","data":${"[".repeat(70)}${"]".repeat(70)}}`, "too_deep"],
    ] as const) {
      backend.send(`${line}\n`);
      assert.equal(errorCode(await backend.line()), code, line);
    }
    backend.send(pushLine(key, "a", 1));
    assert.equal((await backend.line())["ok"], true);
  });
});

describe("one port for everything", () => {
  test("HTTP, WebSocket and raw TCP are told apart by the first byte, however slowly it comes", async (t) => {
    const server = await startTestServer(t);
    const http = await openSilent(t, server);
    http.setEncoding("utf8");
    for (const byte of "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n") {
      await new Promise<void>((resolve) => {
        http.write(byte, () => setImmediate(resolve));
      });
    }
    let answer = "";
    http.on("data", (text: string) => {
      answer += text;
    });
    await within(once(http, "end"), "the answer's end");
    assert.match(answer, /^HTTP\/1\.1 200 /);
    const backend = await LineClient.open(t, server);
    for (const byte of Buffer.from(pushLine(server.apiKey.key, "news", 1)))
      await backend.sendNow(Buffer.of(byte));
    assert.equal((await backend.line())["ok"], true);
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
  });

  test("several requests on one HTTP connection are all answered", async (t) => {
    const server = await startTestServer(t);
    const socket = await openSilent(t, server);
    socket.setEncoding("utf8");
    let text = "";
    socket.on("data", (more: string) => {
      text += more;
    });
    const request = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    socket.write(request.repeat(3));
    await eventually("three answers", () => text.split("HTTP/1.1 200").length === 4);
  });

  test("garbage is answered by HTTP with 400 and closed", async (t) => {
    const server = await startTestServer(t);
    const socket = await openSilent(t, server);
    socket.setEncoding("utf8");
    let text = "";
    socket.on("data", (more: string) => {
      text += more;
    });
    socket.write("\u0001\u0002\u0003 nonsense\r\n\r\n");
    await within(once(socket, "close"), "the close");
    assert.match(text, /^HTTP\/1\.1 400 /);
  });

  test("who says nothing, and who never ends a handshake, is closed in time", async (t) => {
    const server = await startTestServer(t, { settings: { limits: { handshakeTimeoutMs: 300 } } });
    const silent = await openSilent(t, server);
    silent.resume();
    const slow = await openSilent(t, server);
    slow.setEncoding("utf8");
    let text = "";
    slow.on("data", (more: string) => {
      text += more;
    });
    slow.write("GET /connect HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n");
    await within(Promise.all([once(silent, "close"), once(slow, "close")]), "the close of both");
    assert.match(text, /^HTTP\/1\.1 408 /);
  });

  test("two thousand half-open connections do not disturb a neighbour, and the oldest give way", async (t) => {
    const server = await startTestServer(t, {
      settings: { limits: { maxHandshakes: 500 } },
      logLevel: "warn",
    });
    const neighbour = await NativeClient.open(t, server, "channels=news");
    await neighbour.next("subscribed");
    const halfOpen: Socket[] = [];
    let closed = 0;
    for (let round = 0; round < 20; round += 1) {
      halfOpen.push(...(await Promise.all(Array.from({ length: 100 }, () => openSilent(t, server)))));
      for (const socket of halfOpen.slice(-100)) {
        socket.on("close", () => {
          closed += 1;
        });
        socket.resume();
        // Every other one has begun to talk and stops.
        if (halfOpen.length % 200 === 0) socket.write("GET /conn");
      }
      await server.push("news", round);
      assert.equal((await neighbour.next("message")).data, round);
    }
    await eventually("the oldest are gone", () => closed >= 1500);
    const late = await NativeClient.open(t, server, "channels=news");
    await late.next("subscribed");
    const flood = await server.logLines("limit.reached");
    assert.ok(flood.length >= 1 && flood.length < 200, `${flood.length} lines of log for 1500 connections`);
  });
});
