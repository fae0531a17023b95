import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { type FaultProxy, proxyFor } from "./fault-proxy.ts";

/** A client behind a proxy, in front of a server that sends back what it gets. */
interface Echo {
  readonly proxy: FaultProxy;
  readonly client: Socket;
  /** What the client has been sent, as one text. */
  readonly heard: () => string;
  /** The server's end of the first connection. */
  readonly server: Socket;
  readonly open: () => Socket;
}

async function echoFor(t: TestContext): Promise<Echo> {
  const listener = createServer();
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  t.after(() => listener.close());
  const address = listener.address();
  assert.ok(address !== null && typeof address === "object");
  const proxy = await proxyFor(t, address.port);
  const open = (): Socket => {
    const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
    socket.on("error", () => socket.destroy());
    return socket;
  };
  const connected = once(listener, "connection");
  const client = open();
  let heard = "";
  client.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  const [server]: Socket[] = await connected;
  assert.ok(server !== undefined);
  server.on("error", () => server.destroy());
  server.pipe(server);
  return { proxy, client, heard: () => heard, server, open };
}

async function hears({ client, heard }: Echo, text: string): Promise<void> {
  while (!heard().includes(text)) await once(client, "data");
}

test("what a client says passes, and so does the answer", async (t) => {
  const echo = await echoFor(t);
  echo.client.write("hello");
  await hears(echo, "hello");
});

test("a reset tells both sides at once", async (t) => {
  const { proxy, client, server } = await echoFor(t);
  const [heard, told] = [once(client, "error"), once(server, "error")];
  proxy.reset();
  const codes = [await heard, await told].map(([error]) => String(error));
  for (const code of codes) assert.match(code, /ECONNRESET/);
});

test("an end tells both sides in order", async (t) => {
  const { proxy, client, server } = await echoFor(t);
  const ended = [once(client, "end"), once(server, "end")];
  proxy.end();
  await Promise.all(ended);
});

test("what is stalled passes in order when the network is back", async (t) => {
  const echo = await echoFor(t);
  echo.proxy.stall("down");
  const reached = once(echo.server, "data");
  echo.client.write("one ");
  await reached;
  echo.client.write("two ");
  assert.equal(echo.heard(), "");
  echo.proxy.restore();
  await hears(echo, "one two ");
});

test("an end that comes while the way is stalled is told after what was said before", async (t) => {
  const echo = await echoFor(t);
  echo.proxy.stall("down");
  echo.server.end("last words");
  await once(echo.server, "finish");
  const ended = once(echo.client, "end");
  echo.proxy.restore();
  await ended;
  assert.equal(echo.heard(), "last words");
});

test("in a black hole nothing is heard, nobody is told, and it stays so for whoever fell in", async (t) => {
  const echo = await echoFor(t);
  echo.proxy.blackhole();
  echo.client.write("lost");
  echo.server.write("lost too");
  const late = echo.open();
  await echo.proxy.untilAccepted(2);
  late.write("not heard");
  echo.proxy.restore();
  const fresh = echo.open();
  fresh.end();
  await once(fresh, "connect");
  await echo.proxy.untilAccepted(3);
  assert.deepEqual([echo.heard(), echo.client.destroyed, late.destroyed], ["", false, false]);
  assert.equal(echo.proxy.accepted, 3);
});

test("a proxy that refuses resets whoever comes", async (t) => {
  const { proxy, open } = await echoFor(t);
  proxy.refuse();
  const [error]: unknown[] = await once(open(), "error");
  assert.match(String(error), /ECONNRESET|EPIPE/);
});

test("a slow way takes the time that its bytes need", async (t) => {
  const echo = await echoFor(t);
  echo.proxy.slow(20_001);
  const begunAtMs = performance.now();
  echo.client.write("x".repeat(4000) + "end");
  await hears(echo, "end");
  // 200 ms, less the first piece, which goes at once.
  assert.ok(performance.now() - begunAtMs > 150);
});

test("a connection counts until the client cannot or will not speak on it any more", async (t) => {
  const listener = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  t.after(() => listener.close());
  await once(listener, "listening");
  const address = listener.address();
  assert.ok(address !== null && typeof address === "object");
  const proxy = await proxyFor(t, address.port);
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(proxy.url.replace("http", "ws"));
    t.after(() => socket.terminate());
    socket.on("error", () => {});
    await once(socket, "open");
    return socket;
  };
  const first = await open();
  proxy.blackhole();
  first.close();
  proxy.restore();
  await open();
  assert.deepEqual([proxy.open, proxy.mostOpen], [1, 1], "Close was said into the void");
  await open();
  assert.deepEqual([proxy.open, proxy.mostOpen, proxy.accepted], [2, 2, 3]);
});
