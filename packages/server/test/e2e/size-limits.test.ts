import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { eventually, within } from "../support/deadline.ts";
import { EventStreamClient } from "../support/event-stream-client.ts";
import { hitsOf, loggedOnce } from "../support/limit-hits.ts";
import { LineClient, errorCode } from "../support/line-client.ts";
import { NativeClient } from "../support/native-client.ts";
import { sendCommand } from "../support/send-command.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/** A server with these limits, and a neighbour on it, who must not notice anything. */
async function start(t: TestContext, limits: object, sessions: object = {}) {
  const channels = [{ match: "**", history: { messages: 10_000, bytes: "1GB" } }];
  const server = await startTestServer(t, { settings: { limits, sessions, channels }, logLevel: "warn" });
  const neighbour = await NativeClient.open(t, server, "channels=quiet");
  await neighbour.next("subscribed");
  return { server, neighbour };
}

/** The limit was counted, logged in one line, and the neighbour goes on. */
async function checkHit(server: TestServer, neighbour: NativeClient, limit: string): Promise<void> {
  await loggedOnce(server, limit);
  assert.ok((await hitsOf(server, limit)) > 0);
  await neighbour.settled();
}

/** Sends bytes on a connection of its own and gives what is answered until the server closes it. */
async function answerTo(t: TestContext, { port }: TestServer, bytes: string): Promise<string> {
  const socket: Socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  socket.write(bytes);
  await within(once(socket, "close"), "the close", () => answer);
  return answer;
}

describe("limits on sizes", () => {
  test("a message that is too long over WebSocket is refused", async (t) => {
    const { server, neighbour } = await start(t, { maxMessageBytes: 500 });
    const client = await NativeClient.open(t, server, "channels=news&user=ann");
    await client.next("subscribed");
    for (let count = 0; count < 2; count += 1) {
      client.send({ type: "publish", channel: "news", data: "x".repeat(501) });
      assert.equal((await client.next("error")).code, "message_too_large");
    }
    await client.settled();
    await checkHit(server, neighbour, "message_size");
  });

  test("a command that is too long over HTTP is refused", async (t) => {
    const { server, neighbour } = await start(t, { maxMessageBytes: 500 });
    const stream = await EventStreamClient.open(t, server, "channels=news");
    const { session } = await stream.connected();
    const long = { type: "publish", channel: "news", data: "x".repeat(501) };
    assert.equal((await sendCommand(server, session, long)).status, 413);
    await checkHit(server, neighbour, "message_size");
  });

  test("a body that is too long is answered 413", async (t) => {
    const { server, neighbour } = await start(t, { bodyBytes: 2000, maxMessageBytes: 500 });
    const long = await server.api("POST", "/api/channels/news/messages", { data: "x".repeat(2000) });
    assert.equal(long.status, 413);
    await checkHit(server, neighbour, "body_size");
  });

  test("a head that is too long is answered 400", async (t) => {
    const { server, neighbour } = await start(t, { headerBytes: "2KB" });
    const fits = await fetch(`${server.url}/health`, { headers: { filling: "x".repeat(1000) } });
    assert.equal(fits.status, 200);
    const long = `GET /health HTTP/1.1\r\nHost: localhost\r\nFilling: ${"x".repeat(3000)}\r\n\r\n`;
    assert.match(await answerTo(t, server, long), /^HTTP\/1.1 400 .*head of the request is too large/s);
    await checkHit(server, neighbour, "header_size");
  });

  test("a line that is too long ends its connection", async (t) => {
    const { server, neighbour } = await start(t, { lineBytes: 1024, maxMessageBytes: 500 });
    const client = await LineClient.open(t, server);
    client.send(`{"from":"api","filling":"${"x".repeat(1024)}"}\n`);
    assert.equal(errorCode(await client.line()), "line_too_long");
    await client.ended;
    await checkHit(server, neighbour, "line_size");
  });

  test("who reads too slowly overruns the outbox and is served from the stream", async (t) => {
    const { server, neighbour } = await start(t, { outboxBytes: "32KB" });
    const client = await NativeClient.open(t, server, "channels=ticks");
    await client.next("subscribed");
    client.socket.pause();
    let sent = 0;
    await eventually("the overrun", async () => {
      for (let count = 0; count < 20; count += 1)
        await server.push("ticks", [(sent += 1), "x".repeat(60_000)]);
      return (await hitsOf(server, "outbox")) > 0;
    });
    await checkHit(server, neighbour, "outbox");
    client.socket.resume();
    assert.equal((await client.messages(sent)).at(-1)?.offset, sent);
  });
});

describe("limits on times", () => {
  test("who says nothing is closed", async (t) => {
    const { server, neighbour } = await start(t, { handshakeTimeoutMs: 300 });
    assert.equal(await answerTo(t, server, ""), "");
    await checkHit(server, neighbour, "handshake_time");
  });

  test("a WebSocket that does not say who it is is closed", async (t) => {
    const { server, neighbour } = await start(t, {}, { connectTimeoutMs: 300 });
    const client = await NativeClient.open(t, server);
    assert.equal((await client.closed).code, 4002);
    await checkHit(server, neighbour, "connect_time");
  });

  test("a head that does not end is answered 408", async (t) => {
    const { server, neighbour } = await start(t, { handshakeTimeoutMs: 300 });
    assert.match(await answerTo(t, server, "GET /health HTTP/1.1\r\nHost: x"), /^HTTP\/1.1 408 /);
    await checkHit(server, neighbour, "handshake_time");
  });

  test("a body that does not end is answered 408", async (t) => {
    const { server, neighbour } = await start(t, { handshakeTimeoutMs: 300, bodyTimeoutMs: 300 });
    const head = [
      "POST /api/channels/news/messages HTTP/1.1",
      "Host: localhost",
      `Authorization: Bearer ${server.apiKey.key}`,
      "Content-Type: application/json",
      "Content-Length: 100",
    ];
    assert.match(await answerTo(t, server, `${head.join("\r\n")}\r\n\r\n{`), /^HTTP\/1.1 408 /);
    await checkHit(server, neighbour, "body_time");
  });

  test("a line that does not end is told so", async (t) => {
    const { server, neighbour } = await start(t, { handshakeTimeoutMs: 300 });
    assert.match(await answerTo(t, server, '{"from":'), /"request_timeout"/);
    await checkHit(server, neighbour, "line_time");
  });
});
