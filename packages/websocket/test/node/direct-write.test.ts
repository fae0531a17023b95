import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { encodeTextFrame, type WebSocketConnection } from "../../src/index.ts";
import { canWriteDirectly } from "../../src/node/direct-write.ts";
import { type EchoServer, startEchoServer } from "../support/echo-server.ts";
import { connectClient, type TestClient } from "../support/test-client.ts";

interface Setting {
  readonly server: EchoServer;
  readonly connection: WebSocketConnection<null>;
  readonly client: TestClient;
  /** The server's end. */
  readonly socket: Socket;
  /** How often the server was told that the socket has drained. */
  drains: number;
}

/** Runs a test's body with a client that does not read yet. */
async function withConnection(body: (setting: Setting) => Promise<void>): Promise<void> {
  let setting: Setting | undefined;
  const server = await startEchoServer(
    {},
    {
      onDrain: () => {
        if (setting !== undefined) setting.drains += 1;
      },
    },
  );
  try {
    const upgraded = once(server.http, "upgrade");
    const accepted = server.nextConnection();
    const client = await connectClient(server.port);
    client.socket.pause();
    const [, socket] = (await upgraded) as [unknown, Socket];
    setting = { server, connection: await accepted, client, socket, drains: 0 };
    await body(setting);
    client.destroy();
  } finally {
    await server.stop();
  }
}

/** Writes frames of this text until the kernel takes no more; gives how many. */
function fill({ connection }: Setting, text: string): number {
  const frame = encodeTextFrame(text);
  let count = 0;
  for (; connection.bufferedBytes === 0; count += 1) connection.writeFrames(frame);
  return count;
}

test("what the kernel does not take at once is counted as buffered until it has gone", async () => {
  await withConnection(async (setting) => {
    const { connection, client, socket } = setting;
    const count = fill(setting, "x".repeat(100_000));
    assert.equal(socket.writableLength, 0, "it waits in the handle, past the stream");
    assert.ok(connection.bufferedBytes > 100_000);
    client.socket.resume();
    for (let index = 0; index < count; index += 1) assert.equal((await client.next()).type, "text");
    while (setting.drains === 0) await new Promise(setImmediate);
    assert.equal(connection.bufferedBytes, 0);
    assert.equal(canWriteDirectly(socket), true, "the next frame goes the short way again");
  });
});

test("frames, messages and pings stay in order while the handle holds some of them", async () => {
  await withConnection(async (setting) => {
    const { connection, client } = setting;
    const count = fill(setting, "x".repeat(100_000));
    for (const name of ["a", "b", "c"]) {
      connection.writeFrames(encodeTextFrame(`frame ${name}`));
      connection.sendText(`message ${name}`);
      connection.ping(Buffer.from(name));
    }
    connection.close(4000, "bye");
    client.socket.resume();
    const events = await client.untilEnd();
    assert.deepEqual(events.slice(count), [
      ...["a", "b", "c"].flatMap((name) => [
        { type: "text", text: `frame ${name}` },
        { type: "text", text: `message ${name}` },
        { type: "ping", payload: name },
      ]),
      { type: "close", code: 4000, reason: "bye" },
    ]);
  });
});

test("a frame written while the connection is corked waits for those before it", async () => {
  await withConnection(async ({ connection, client, socket }) => {
    client.socket.resume();
    connection.cork();
    connection.sendText("first");
    connection.writeFrames(encodeTextFrame("second"));
    assert.ok(socket.writableLength > 0, "both wait");
    connection.uncork();
    assert.deepEqual(await client.next(), { type: "text", text: "first" });
    assert.deepEqual(await client.next(), { type: "text", text: "second" });
  });
});

test("a peer that has reset the connection ends it, and nothing is thrown", async () => {
  await withConnection(async (setting) => {
    const { server, connection, client, socket } = setting;
    const closed = new Promise<void>((resolve) => {
      socket.once("close", () => resolve());
    });
    client.socket.resetAndDestroy();
    // Until the reset has come, writing succeeds; then it fails, or the socket has told so itself.
    const frame = encodeTextFrame("anybody there?");
    while (!socket.destroyed) {
      connection.writeFrames(frame);
      await new Promise(setImmediate);
    }
    connection.writeFrames(frame);
    await closed;
    await server.untilClosed(1);
    assert.deepEqual(server.closed, [{ code: 1006, reason: "" }]);
    assert.deepEqual(server.errors, []);
  });
});

test("a peer that resets while the handle holds bytes ends the connection", async () => {
  await withConnection(async (setting) => {
    const { server, client } = setting;
    fill(setting, "x".repeat(100_000));
    client.socket.resetAndDestroy();
    await server.untilClosed(1);
    assert.deepEqual(server.closed, [{ code: 1006, reason: "" }]);
  });
});
