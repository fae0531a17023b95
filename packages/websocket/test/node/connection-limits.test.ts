import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { Opcode } from "../../src/core/index.ts";
import type { WebSocketConnection } from "../../src/index.ts";
import { type EchoServer, startEchoServer } from "../support/echo-server.ts";
import { fragments, rawFrame } from "../support/raw-frame.ts";
import { nextTurn } from "../support/next-turn.ts";
import { connectClient, type TestClient } from "../support/test-client.ts";

/** Runs a test's body with a server and a client, and clears both away. */
async function withServer(
  server: EchoServer,
  body: (client: TestClient, connection: WebSocketConnection<null>) => Promise<void>,
  extensions: readonly string[] = [],
): Promise<void> {
  try {
    const accepted = server.nextConnection();
    const client = await connectClient(server.port, { extensions });
    await body(client, await accepted);
    client.destroy();
  } finally {
    await server.stop();
  }
}

test("a message within the oversize factor is skipped and reported, and the connection stays", async () => {
  const lengths: number[] = [];
  const server = await startEchoServer(
    { maxMessageBytes: 100, oversizeFactor: 4 },
    {
      onMessageTooLong: (connection, lengthBytes) => (
        lengths.push(lengthBytes), connection.sendText("too long")
      ),
    },
  );
  await withServer(server, async (client) => {
    client.text("x".repeat(400));
    for (const frame of fragments(2, Buffer.alloc(101), 20)) client.write(frame);
    client.text("fits");
    for (const text of ["too long", "too long", "fits"])
      assert.deepEqual(await client.next(), { type: "text", text });
    assert.deepEqual(lengths, [400, 101]);
    client.text("x".repeat(401));
    assert.deepEqual(await client.untilEnd(), [{ type: "close", code: 1009, reason: "message too long" }]);
  });
});

test("by default every overlong message closes with 1009", async () => {
  const server = await startEchoServer();
  await withServer(server, async (client) => {
    client.write(rawFrame({ opcode: 1, payload: "x".repeat(65_537) }).subarray(0, 14));
    assert.deepEqual(await client.untilEnd(), [{ type: "close", code: 1009, reason: "message too long" }]);
    assert.deepEqual(server.closed, [{ code: 1009, reason: "message too long" }]);
  });
});

test("binary messages are refused with 1003 by an application that does not take them", async () => {
  const server = await startEchoServer({}, { onBinary: undefined as never });
  await withServer(server, async (client) => {
    client.frame({ opcode: 2, payload: "abc" });
    const [close] = await client.untilEnd();
    assert.equal(close?.type === "close" && close.code, 1003);
  });
});

test("a bomb is stopped with 1009", async () => {
  const server = await startEchoServer({ maxMessageBytes: 65_536, deflate: {} });
  const bomb = deflateRawSync(Buffer.alloc(20_000_000));
  assert.ok(bomb.length < 65_536, "it arrives as a message of ordinary size");
  await withServer(
    server,
    async (client) => {
      client.frame({ opcode: 1, payload: bomb, rsv: 4 });
      const [close] = await client.untilEnd();
      assert.equal(close?.type === "close" && close.code, 1009);
    },
    ["permessage-deflate"],
  );
});

test("a compressed message that inflates to a little too much is skipped and reported with its plain length", async () => {
  const lengths: number[] = [];
  const server = await startEchoServer(
    { maxMessageBytes: 1000, oversizeFactor: 4, deflate: {} },
    { onMessageTooLong: (_connection, lengthBytes) => lengths.push(lengthBytes) },
  );
  await withServer(
    server,
    async (client) => {
      client.compressed(Opcode.text, Buffer.alloc(3000, "x"));
      client.compressed(Opcode.text, Buffer.from("fits"));
      assert.deepEqual(await client.next(), { type: "text", text: "fits" });
      assert.deepEqual(lengths, [3000]);
    },
    ["permessage-deflate"],
  );
});

for (const [title, payload] of [
  ["cannot be inflated", Buffer.from("ffffffff", "hex")],
  ["is not UTF-8 once inflated", deflateRawSync(Buffer.from([0xff])).subarray()],
] as const) {
  test(`a compressed text that ${title} closes with 1007`, async () => {
    const server = await startEchoServer({ deflate: {} });
    await withServer(
      server,
      async (client) => {
        client.frame({ opcode: 1, payload: Buffer.concat([payload, Buffer.of(0)]), rsv: 4 });
        const [close] = await client.untilEnd();
        assert.equal(close?.type === "close" && close.code, 1007);
      },
      ["permessage-deflate"],
    );
  });
}

/** Writes the bytes again and again until the server has stopped reading; gives how often, and the most it had queued. */
async function writeUntilPaused(
  client: TestClient,
  serverSocket: Duplex,
  bytes: Uint8Array,
): Promise<{ times: number; mostQueuedBytes: number }> {
  let mostQueuedBytes = 0;
  let times = 0;
  for (; !serverSocket.isPaused(); times++) {
    client.socket.write(bytes);
    await nextTurn();
    mostQueuedBytes = Math.max(mostQueuedBytes, serverSocket.writableLength);
  }
  return { times, mostQueuedBytes };
}

for (const [title, frame] of [
  ["pings whose pongs", rawFrame({ opcode: 9, payload: "x".repeat(120) })],
  ["messages whose answers", rawFrame({ opcode: 1, payload: "x".repeat(120) })],
] as const) {
  test(`a flood of ${title} nobody reads is no longer read, until they are`, {
    timeout: 30_000,
  }, async () => {
    const server = await startEchoServer({ maxBufferedBytes: 20_000 });
    const upgraded = once(server.http, "upgrade");
    await withServer(server, async (client, connection) => {
      const [, serverSocket] = (await upgraded) as [unknown, Duplex];
      client.socket.pause();
      const hundred = Buffer.concat(Array.from({ length: 100 }, () => frame));
      const { times, mostQueuedBytes } = await writeUntilPaused(client, serverSocket, hundred);
      assert.ok(
        mostQueuedBytes < 20_000 + 66_000,
        `at most the limit and a chunk's answers, not ${mostQueuedBytes}`,
      );
      for (let i = 0; i < 200; i++) client.socket.write(hundred);
      assert.ok(serverSocket.isPaused(), "what comes now waits in the kernel and the client");
      client.socket.resume();
      for (let i = 0; i < (times + 200) * 100; i++)
        assert.match((await client.next()).type, /^(?:pong|text)$/);
      assert.equal(connection.bufferedBytes, 0);
    });
  });
}
