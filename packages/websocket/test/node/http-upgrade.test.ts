import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, before, test } from "node:test";
import { WebSocketEngine } from "../../src/index.ts";
import { type EchoServer, startEchoServer } from "../support/echo-server.ts";
import { rawFrame } from "../support/raw-frame.ts";
import { connectClient, rawHandshake, SAMPLE_KEY, TestClient } from "../support/test-client.ts";

const GOOD = [
  ["Upgrade", "websocket"],
  ["Connection", "Upgrade"],
  ["Sec-WebSocket-Key", SAMPLE_KEY],
  ["Sec-WebSocket-Version", "13"],
] as const;

let server: EchoServer;
before(async () => {
  server = await startEchoServer();
});
after(() => server.stop());

const without = (name: string): (readonly [string, string])[] => GOOD.filter(([each]) => each !== name);

for (const [title, headers, requestLine, status] of [
  ["a POST", GOOD, "POST / HTTP/1.1", 405],
  ["HTTP/1.0", GOOD, "GET / HTTP/1.0", 400],
  ["no key", without("Sec-WebSocket-Key"), "GET / HTTP/1.1", 400],
  ["two keys", [...GOOD, ["Sec-WebSocket-Key", SAMPLE_KEY]], "GET / HTTP/1.1", 400],
  ["a short key", [...without("Sec-WebSocket-Key"), ["Sec-WebSocket-Key", "abc"]], "GET / HTTP/1.1", 400],
  ["no version", without("Sec-WebSocket-Version"), "GET / HTTP/1.1", 426],
  ["version 8", [...without("Sec-WebSocket-Version"), ["Sec-WebSocket-Version", "8"]], "GET / HTTP/1.1", 426],
  ["another upgrade", [...without("Upgrade"), ["Upgrade", "h2c"]], "GET / HTTP/1.1", 426],
  ["malformed extensions", [...GOOD, ["Sec-WebSocket-Extensions", ";"]], "GET / HTTP/1.1", 400],
] as const) {
  test(`over HTTP, ${title} is answered with ${status} and the connection ended`, async () => {
    const {
      socket,
      status: received,
      rawHeaders,
      rest,
    } = await rawHandshake(server.port, headers, requestLine);
    const names = rawHeaders.map((each) => each.toLowerCase());
    assert.equal(received, status);
    assert.ok(names.includes("content-length") && names.includes("content-type"), "a complete HTTP answer");
    if (status === 426) assert.equal(rawHeaders[names.indexOf("sec-websocket-version") + 1], "13");
    let body = rest.toString();
    socket.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    await once(socket, "end");
    assert.ok(body.endsWith("\n") && body.length > 5, "the body says why");
    socket.destroy();
    assert.equal(server.engine.size, 0);
  });
}

test("frames sent together with the handshake are handled, after accept has returned", async () => {
  const socket = connect(server.port, "127.0.0.1");
  const head = ["GET / HTTP/1.1", "Host: x", ...GOOD.map(([name, value]) => `${name}: ${value}`)].join(
    "\r\n",
  );
  socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), rawFrame({ opcode: 1, payload: "early" })]));
  let received = "";
  while (!received.endsWith("early")) received += String((await once(socket, "data"))[0]);
  assert.match(received, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  socket.destroy();
});

/** A server whose upgrades go to a function of the test's own. */
async function customServer(
  upgrade: (
    engine: WebSocketEngine<null>,
    ...args: [
      Parameters<WebSocketEngine<null>["accept"]>[0],
      Parameters<WebSocketEngine<null>["accept"]>[1],
      Buffer,
    ]
  ) => unknown,
): Promise<{ port: number; stop: () => Promise<void>; engine: WebSocketEngine<null> }> {
  const engine = new WebSocketEngine<null>({ onText() {}, onClose() {} }, { closeTimeoutMs: 50 });
  const http = createServer();
  http.on("upgrade", (request, socket, head) => upgrade(engine, request, socket, head));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const stop = async (): Promise<void> => {
    engine.terminateAll();
    http.close();
    http.closeAllConnections();
    await once(http, "close");
  };
  return { port: (http.address() as AddressInfo).port, stop, engine };
}

test("extra headers go out with the 101", async () => {
  const custom = await customServer((engine, request, socket, head) =>
    engine.accept(request, socket, head, null, { "X-Server": "test", "Set-Cookie": ["a=1", "b=2"] }),
  );
  const { socket, rawHeaders } = await rawHandshake(custom.port, GOOD);
  assert.ok(rawHeaders.join("\n").includes("X-Server\ntest\nSet-Cookie\na=1\nSet-Cookie\nb=2"));
  socket.destroy();
  await custom.stop();
});

test("an extra header that would break out of its line is refused before anything is sent", async () => {
  const thrown: unknown[] = [];
  const custom = await customServer((engine, request, socket, head) => {
    try {
      engine.accept(request, socket, head, null, { "X-Bad": "a\r\nInjected: 1" });
    } catch (error) {
      thrown.push(error);
      engine.refuse(socket, 500, "Internal error");
    }
  });
  const { socket, status } = await rawHandshake(custom.port, GOOD);
  assert.equal(status, 500);
  assert.ok(thrown[0] instanceof TypeError);
  socket.destroy();
  await custom.stop();
});

test("a caller's own refusal is a complete HTTP answer, and a client that stays is cut off", async () => {
  const custom = await customServer((engine, _request, socket) =>
    engine.refuse(socket, 503, "Too many connections", { "Retry-After": "5" }),
  );
  const { socket, status, rawHeaders } = await rawHandshake(custom.port, GOOD);
  assert.equal(status, 503);
  assert.ok(rawHeaders.join(": ").includes("Retry-After: 5"));
  // This end never closes; the server does after closeTimeoutMs, and the reset or end arrives.
  socket.on("error", () => {});
  await once(socket, "end");
  socket.destroy();
  await custom.stop();
});

test("a client that resets while the server still thinks crashes nothing", async () => {
  const decided = deferred<object | null>();
  const reached = deferred<void>();
  const custom = await customServer((engine, request, socket, head) => {
    engine.hold(socket);
    socket.once("close", () => decided.resolve(engine.accept(request, socket, head, null)));
    socket.resume();
    reached.resolve();
  });
  const socket = connect(custom.port, "127.0.0.1");
  socket.write(
    ["GET / HTTP/1.1", "Host: x", ...GOOD.map(([name, value]) => `${name}: ${value}`), "", ""].join("\r\n"),
  );
  await reached.promise;
  socket.resetAndDestroy();
  assert.equal(await decided.promise, null, "accept gives null for a client that has gone");
  assert.equal(custom.engine.size, 0);
  await custom.stop();
});

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("two thousand handshakes come and go without a trace", { timeout: 60_000 }, async () => {
  const count = server.closed.length;
  for (let round = 0; round < 20; round++) {
    const clients = await Promise.all(Array.from({ length: 100 }, () => connectClient(server.port)));
    for (const client of clients) client.destroy();
  }
  await server.untilClosed(count + 2000);
  assert.equal(server.engine.size, 0);
  assert.equal(
    server.closed.slice(count).every(({ code }) => code === 1006),
    true,
  );
});

test("the answer to a handshake without frames leaves nothing behind it", async () => {
  const { socket, rest, status } = await rawHandshake(server.port, GOOD);
  assert.equal(status, 101);
  assert.equal(rest.length, 0);
  const client = new TestClient(socket, rest, undefined);
  client.text("hello");
  assert.deepEqual(await client.next(), { type: "text", text: "hello" });
  client.destroy();
});
