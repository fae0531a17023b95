import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { within } from "../support/deadline.ts";
import { startTestServer } from "../support/start-test-server.ts";

/** Sends bytes to a port and reads until the server closes or resets. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1" });
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.on("error", () => {});
  socket.write(bytes);
  await within(once(socket, "close"), "the end of the connection");
  return text;
}

const HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LAST = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

test("a few requests in one packet are answered in order", async (t) => {
  const { port } = await startTestServer(t);
  const text = await exchange(port, HEALTH.repeat(15) + LAST);
  assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 16);
});

test("many requests one after the other are as welcome as one", async (t) => {
  const { port } = await startTestServer(t);
  const socket = connect({ port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  for (let i = 0; i < 50; i += 1) {
    socket.write(HEALTH);
    const [answer] = await within(once(socket, "data"), "an answer");
    assert.match(String(answer), /^HTTP\/1\.1 200 OK/);
  }
});

test("a connection that sends many requests and waits for no answer is closed", async (t) => {
  const server = await startTestServer(t, { logLevel: "warn" });
  await exchange(server.port, HEALTH.repeat(1000));
  const refusals = await server.logLines("connection.refused");
  assert.deepEqual(
    refusals.map(({ problem }) => problem),
    ["too many requests without an answer"],
    "told once",
  );
});

test("a request that names two hosts is refused, whichever of them is right", async (t) => {
  const { port } = await startTestServer(t);
  for (const [first, second] of [
    ["localhost", "evil.example"],
    ["evil.example", "localhost"],
    ["localhost", "localhost"],
  ]) {
    const request = `GET / HTTP/1.1\r\nHost: ${first}\r\nhost: ${second}\r\nConnection: close\r\n\r\n`;
    assert.match(await exchange(port, request), /^HTTP\/1\.1 400 /);
  }
});
