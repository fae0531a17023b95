import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { test, type TestContext } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { acceptKey, type ClientConnection, connectWebSocket } from "../../src/index.ts";
import { startEchoServer } from "../support/echo-server.ts";
import { closePayload, rawFrame } from "../support/raw-frame.ts";
import { sha1Base64 } from "../support/test-client.ts";

/** A connection, and what it is told, in order. */
class Heard extends EventEmitter {
  readonly connection: ClientConnection;
  readonly told: string[] = [];
  #taken = 0;

  constructor(port: number) {
    super();
    const tell = (text: string): void => {
      this.told.push(text);
      this.emit("told");
    };
    this.connection = connectWebSocket(`ws://127.0.0.1:${port}/connect`, {
      onOpen: () => tell("open"),
      onText: (text) => tell(text),
      onBinary: (bytes) => tell(`bytes ${Buffer.from(bytes).toString("hex")}`),
      onClose: (code) => tell(`closed ${code}`),
    });
  }

  async next(): Promise<string | undefined> {
    while (this.told.length <= this.#taken) await once(this, "told");
    this.#taken += 1;
    return this.told[this.#taken - 1];
  }
}

/** A server that shakes hands and then writes what a test wants on the wire. */
async function rawServer(t: TestContext): Promise<{ port: number; accepted: Promise<Duplex> }> {
  const http = createServer();
  const accepted = new Promise<Duplex>((resolve) => {
    http.on("upgrade", ({ headers }, socket) => {
      const key = acceptKey(headers["sec-websocket-key"] ?? "", sha1Base64);
      socket.on("error", () => {});
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
      );
      t.after(() => socket.destroy());
      resolve(socket);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  return { port: (http.address() as AddressInfo).port, accepted };
}

test("a client talks with this engine's server, and both sides close with a code", async (t) => {
  const server = await startEchoServer();
  t.after(() => server.stop());
  const client = new Heard(server.port);
  assert.equal(await client.next(), "open");
  for (const text of ["", "hallo", "ü".repeat(20_000)]) {
    client.connection.sendText(text);
    assert.equal(await client.next(), text);
  }
  client.connection.sendBinary(Uint8Array.of(1, 255));
  assert.equal(await client.next(), "bytes 01ff");
  client.connection.close(4001, "done");
  assert.equal(await client.next(), "closed 4001");
  await server.untilClosed(1);
  assert.deepEqual(server.closed, [{ code: 4001, reason: "done" }]);
});

test("a client talks with ws, answers its pings and hears its close", async (t) => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  t.after(() => server.close());
  const connected = once(server, "connection");
  const client = new Heard((server.address() as AddressInfo).port);
  const [socket] = (await connected) as [WebSocket];
  assert.equal(await client.next(), "open");
  socket.ping("alive?");
  const [payload] = (await once(socket, "pong")) as [Buffer];
  assert.equal(payload.toString(), "alive?");
  socket.close(4403, "away");
  assert.equal(await client.next(), "closed 4403");
});

const BROKEN: readonly (readonly [string, Uint8Array, number])[] = [
  ["a masked frame", rawFrame({ opcode: 1, payload: "x" }), 1002],
  [
    "a compressed message that nobody agreed on",
    rawFrame({ opcode: 1, payload: "x", rsv: 4, masked: false }),
    1002,
  ],
  ["a reserved opcode", rawFrame({ opcode: 3, masked: false }), 1002],
  ["a text that is not UTF-8", rawFrame({ opcode: 1, payload: Uint8Array.of(0xff), masked: false }), 1007],
];

for (const [title, frame, code] of BROKEN) {
  test(`${title} from the server ends the connection with ${code}`, async (t) => {
    const { port, accepted } = await rawServer(t);
    const client = new Heard(port);
    assert.equal(await client.next(), "open");
    (await accepted).write(frame);
    assert.equal(await client.next(), `closed ${code}`);
  });
}

test("frames that come with the handshake are heard, and every frame of the client is masked", async (t) => {
  const { port, accepted } = await rawServer(t);
  const client = new Heard(port);
  const socket = await accepted;
  socket.write(Buffer.concat([rawFrame({ opcode: 1, payload: "early", masked: false })]));
  assert.deepEqual([await client.next(), await client.next()], ["open", "early"]);
  client.connection.sendText("abc");
  const [bytes] = (await once(socket, "data")) as [Buffer];
  assert.equal((bytes[1] ?? 0) & 0x80, 0x80);
  socket.write(rawFrame({ opcode: 8, payload: closePayload(1000), masked: false }));
  assert.equal(await client.next(), "closed 1000");
});

test("a server that refuses, is not there, or is given up is told once", async (t) => {
  const http = createServer((_request, response) => response.writeHead(404).end());
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  const { port } = http.address() as AddressInfo;
  const refused = new Heard(port);
  const given = new Heard(port);
  given.connection.close();
  assert.deepEqual([await refused.next(), await given.next()], ["closed 1006", "closed 1006"]);
  assert.deepEqual([refused.told.length, given.told.length], [1, 1]);
});
