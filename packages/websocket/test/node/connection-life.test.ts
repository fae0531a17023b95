import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import {
  encodeTextFrame,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
} from "../../src/index.ts";
import { type EchoServer, startEchoServer } from "../support/echo-server.ts";
import { nextTurn } from "../support/next-turn.ts";
import { rawFrame } from "../support/raw-frame.ts";
import { connectClient, type TestClient } from "../support/test-client.ts";

interface Scene {
  readonly server: EchoServer;
  readonly client: TestClient;
  readonly connection: WebSocketConnection<null>;
}

/** Registers a test that gets a server, a client and the server's end of its connection. */
function scene(
  title: string,
  body: (scene: Scene) => Promise<void>,
  options: WebSocketOptions = {},
  handlers: Partial<WebSocketHandlers<null>> = {},
): void {
  test(title, { timeout: 20_000 }, async () => {
    const server = await startEchoServer(options, handlers);
    try {
      const accepted = server.nextConnection();
      const client = await connectClient(server.port);
      await body({ server, client, connection: await accepted });
      client.destroy();
    } finally {
      await server.stop();
    }
  });
}

scene("a client that vanishes is reported once, with 1006", async ({ server, client }) => {
  client.socket.resetAndDestroy();
  await server.untilClosed(1);
  await nextTurn();
  assert.deepEqual(server.closed, [{ code: 1006, reason: "" }]);
  assert.equal(server.engine.size, 0);
});

scene(
  "a client that ends its side without a close frame still gets its answers",
  async ({ server, client }) => {
    client.text("last words");
    client.socket.end();
    assert.deepEqual(await client.untilEnd(), [{ type: "text", text: "last words" }]);
    await server.untilClosed(1);
    assert.deepEqual(server.closed, [{ code: 1006, reason: "" }]);
  },
);

scene("a close without a code is reported as 1005", async ({ server, client }) => {
  client.close();
  await server.untilClosed(1);
  assert.deepEqual(server.closed, [{ code: 1005, reason: "" }]);
});

scene(
  "nothing is delivered once this side has closed, and the close is reported when the peer answers",
  async ({ server, client, connection }) => {
    connection.close(4400, "enough");
    assert.equal(connection.isOpen, false);
    assert.deepEqual(server.closed, [], "not inside close()");
    connection.close(4401, "again");
    connection.sendText("too late");
    client.text("do not echo this");
    assert.deepEqual(await client.next(), { type: "close", code: 4400, reason: "enough" });
    client.close(4400);
    assert.deepEqual(await client.untilEnd(), []);
    assert.deepEqual(server.closed, [{ code: 4400, reason: "enough" }]);
  },
);

scene(
  "a peer that does not answer the close is cut off after the time-out",
  async ({ server, client, connection }) => {
    connection.close(4400, "enough");
    await server.untilClosed(1);
    assert.deepEqual(server.closed, [{ code: 4400, reason: "enough" }]);
    assert.equal((await client.next()).type, "close");
    assert.equal((await client.next()).type, "end");
  },
  { closeTimeoutMs: 30 },
);

scene(
  "a peer that does not read is cut off after the time-out, too",
  async ({ server, client, connection }) => {
    client.socket.pause();
    while (connection.bufferedBytes < 1_000_000) connection.sendText("x".repeat(100_000));
    connection.close();
    await server.untilClosed(1);
    assert.deepEqual(server.closed, [{ code: 1000, reason: "" }]);
  },
  { closeTimeoutMs: 30 },
);

scene("closing works while reading is paused", async ({ server, client, connection }) => {
  connection.pauseReading();
  connection.close(4000);
  assert.equal((await client.next()).type, "close");
  client.close(4000);
  assert.deepEqual(await client.untilEnd(), []);
  assert.equal(server.closed.length, 1);
});

scene("terminate ends without a word and is reported afterwards", async ({ server, client, connection }) => {
  connection.terminate();
  assert.deepEqual(server.closed, [], "not inside terminate()");
  await server.untilClosed(1);
  assert.deepEqual(server.closed, [{ code: 1006, reason: "" }]);
  assert.deepEqual(await client.untilEnd(), []);
  for (const call of [
    () => connection.sendText("x"),
    () => connection.ping(),
    () => connection.close(),
    () => connection.terminate(),
  ]) {
    assert.doesNotThrow(call, "a closed connection takes any call in silence");
  }
});

scene(
  "codes that must not be sent are the caller's mistake and close nothing",
  async ({ client, connection }) => {
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2000, 5000])
      assert.throws(() => connection.close(code), RangeError);
    client.text("still here");
    assert.deepEqual(await client.next(), { type: "text", text: "still here" });
  },
);

for (const handler of ["onText", "onBinary", "onPong", "onMessageTooLong"] as const) {
  test(`an exception in ${handler} closes its connection with 1011 and no other`, async () => {
    const boom = new Error("boom");
    const server = await startEchoServer(
      { maxMessageBytes: 10, oversizeFactor: 2 },
      {
        [handler]: () => {
          throw boom;
        },
      },
    );
    const [client, other] = [await connectClient(server.port), await connectClient(server.port)];
    if (handler === "onText") client.text("x");
    if (handler === "onBinary") client.frame({ opcode: 2 });
    if (handler === "onPong") client.frame({ opcode: 10 });
    if (handler === "onMessageTooLong") client.text("x".repeat(15));
    assert.deepEqual(await client.untilEnd(), [{ type: "close", code: 1011, reason: "internal error" }]);
    assert.deepEqual(server.errors, [boom]);
    other.frame({ opcode: 9, payload: "alive" });
    assert.deepEqual(await other.next(), { type: "pong", payload: "alive" });
    client.destroy();
    other.destroy();
    await server.stop();
  });
}

test("an exception in onClose is reported and harms nothing", async () => {
  const server = await startEchoServer(
    {},
    {
      onClose() {
        throw new Error("in onClose");
      },
    },
  );
  const client = await connectClient(server.port);
  client.close(1000);
  assert.deepEqual(await client.untilEnd(), [{ type: "close", code: 1000, reason: "" }]);
  assert.equal(server.errors.length, 1);
  client.destroy();
  await server.stop();
});

scene(
  "a paused connection delivers nothing, not even of a chunk already there, and then all in order",
  async ({ client, connection, server }) => {
    assert.equal(server.engine.size, 1);
    connection.pauseReading();
    client.write(Buffer.concat(["1", "2", "3"].map((payload) => rawFrame({ opcode: 1, payload }))));
    client.socket.end();
    await nextTurn();
    await nextTurn();
    assert.deepEqual(server.closed, [], "neither messages nor the end are seen");
    connection.resumeReading();
    const events = await client.untilEnd();
    assert.deepEqual(
      events.map((event) => event.type === "text" && event.text),
      ["1", "2", "3"],
    );
  },
);

test("a handler that pauses gets the next message of the same chunk only when it resumes", async () => {
  const seen: string[] = [];
  const server = await startEchoServer(
    {},
    {
      onText(connection, text) {
        seen.push(text);
        connection.pauseReading();
      },
    },
  );
  const accepted = server.nextConnection();
  const client = await connectClient(server.port);
  const connection = await accepted;
  client.write(Buffer.concat(["1", "2", "3"].map((payload) => rawFrame({ opcode: 1, payload }))));
  for (const expected of [["1"], ["1", "2"], ["1", "2", "3"]]) {
    while (seen.length < expected.length) await nextTurn();
    await nextTurn();
    assert.deepEqual(seen, expected);
    connection.resumeReading();
  }
  client.destroy();
  await server.stop();
});

scene(
  "shared frames are written as they are, and corked writes leave together",
  async ({ client, connection }) => {
    const frames = Buffer.concat([encodeTextFrame("a"), encodeTextFrame("b")]);
    connection.cork();
    connection.writeFrames(frames);
    connection.sendText("c");
    assert.equal(connection.bufferedBytes, frames.length + 3, "nothing has left yet");
    connection.uncork();
    for (const text of ["a", "b", "c"]) assert.deepEqual(await client.next(), { type: "text", text });
  },
);

test("onDrain follows once the socket has taken what filled it", { timeout: 20_000 }, async () => {
  let drained: () => void = () => {};
  const drain = new Promise<void>((resolve) => {
    drained = resolve;
  });
  const server = await startEchoServer({}, { onDrain: () => drained() });
  const accepted = server.nextConnection();
  const client = await connectClient(server.port);
  const connection = await accepted;
  client.socket.pause();
  while (connection.bufferedBytes < 1_000_000) connection.sendText("x".repeat(100_000));
  client.socket.resume();
  await drain;
  assert.equal(connection.bufferedBytes, 0);
  client.destroy();
  await server.stop();
});

test("onDrain follows a large write too when the kernel takes all of it at once", {
  timeout: 20_000,
}, async () => {
  let drains = 0;
  let drained: () => void = () => {};
  const server = await startEchoServer(
    {},
    {
      onDrain: () => {
        drains += 1;
        drained();
      },
    },
  );
  const accepted = server.nextConnection();
  const client = await connectClient(server.port);
  const connection = await accepted;
  const frame = encodeTextFrame("x".repeat(100_000));
  for (let written = 1; written <= 3; written += 1) {
    const drain = new Promise<void>((resolve) => {
      drained = resolve;
    });
    connection.writeFrames(frame);
    assert.equal(drains, written - 1, "never within the write itself");
    await drain;
    await client.next();
  }
  client.destroy();
  await server.stop();
});

scene(
  "progress grows with what comes in and what the peer takes, and stands still when it takes nothing",
  async ({ client, connection }) => {
    const before = connection.progressBytes;
    client.text("hello");
    await client.next();
    const afterEcho = connection.progressBytes;
    assert.equal(afterEcho - before, 11 + 7, "a masked frame in and an unmasked one out");

    client.socket.pause();
    connection.sendText("x".repeat(20_000_000));
    await nextTurn();
    let stalled = connection.progressBytes;
    for (let last = -1; last !== stalled; await nextTurn()) {
      last = stalled;
      stalled = connection.progressBytes;
    }
    assert.ok(stalled - afterEcho < 20_000_000, "only what the kernel's buffers took counts");
    client.socket.resume();
    await once(client.socket, "data");
    while (connection.progressBytes === stalled) await nextTurn();
    assert.ok(connection.bufferedBytes > 0, "it grew in the middle of a single write");
  },
);

test("nothing of a chunk is delivered after a handler has terminated or closed the connection", async () => {
  for (const end of ["terminate", "close"] as const) {
    const seen: string[] = [];
    const server = await startEchoServer(
      {},
      {
        onText(connection, text) {
          seen.push(text);
          connection[end]();
          assert.equal(connection.isOpen, false);
        },
      },
    );
    const client = await connectClient(server.port);
    client.write(Buffer.concat(["1", "2"].map((payload) => rawFrame({ opcode: 1, payload }))));
    if (end === "close") client.close(1000);
    await client.untilEnd();
    await server.untilClosed(1);
    assert.deepEqual(seen, ["1"], end);
    client.destroy();
    await server.stop();
  }
});

test("the answers to one chunk leave in one write", async () => {
  const server = await startEchoServer();
  const upgraded = once(server.http, "upgrade");
  const client = await connectClient(server.port);
  const [, socket] = (await upgraded) as [unknown, Duplex];
  let writes = 0;
  const writev = socket._writev?.bind(socket);
  socket._writev = (...args) => {
    writes++;
    writev?.(...args);
  };
  client.write(
    Buffer.concat(Array.from({ length: 50 }, (_, i) => rawFrame({ opcode: 1, payload: String(i) }))),
  );
  for (let i = 0; i < 50; i++) assert.deepEqual(await client.next(), { type: "text", text: String(i) });
  assert.ok(writes <= 2, `${writes} writes, where TCP may have cut the chunk in two`);
  client.destroy();
  await server.stop();
});

scene("received bytes count what the peer sent", async ({ client, connection }) => {
  const before = connection.receivedBytes;
  client.text("hello");
  await client.next();
  assert.equal(connection.receivedBytes - before, 11);
});

scene("the address of the peer is known", async ({ connection }) => {
  assert.equal(connection.remoteAddress, "127.0.0.1");
});

test("closeAll says goodbye to everybody, and terminateAll leaves nobody", async () => {
  const server = await startEchoServer();
  const clients = await Promise.all(Array.from({ length: 10 }, () => connectClient(server.port)));
  server.engine.closeAll(1012, "restart");
  for (const client of clients)
    assert.deepEqual(await client.next(), { type: "close", code: 1012, reason: "restart" });
  server.engine.terminateAll();
  await server.untilClosed(10);
  assert.equal(server.engine.size, 0);
  for (const client of clients) client.destroy();
  await server.stop();
});

scene(
  "bytes that follow a failure are ignored, and the close frame still arrives",
  async ({ client, server }) => {
    client.frame({ opcode: 3 });
    for (let i = 0; i < 50; i++) client.write(Buffer.alloc(60_000, 0xff));
    assert.deepEqual(await client.untilEnd(), [{ type: "close", code: 1002, reason: "reserved opcode" }]);
    assert.equal(server.closed.length, 1);
  },
);
