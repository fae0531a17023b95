import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { type ClientOptions, WebSocket } from "ws";
import { encodeDeflatedTextFrame } from "../../src/index.ts";
import { type EchoServer, startEchoServer } from "../support/echo-server.ts";

let server: EchoServer;
before(async () => {
  server = await startEchoServer({
    maxMessageBytes: 1 << 20,
    chooseSubprotocol: (offered) => offered.find((name) => name === "v1.chat"),
    deflate: { serverNoContextTakeover: false, clientNoContextTakeover: false },
  });
});
after(() => server.stop());

async function open(
  options: ClientOptions = {},
  protocols: string[] = [],
  port = server.port,
): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/connect`, protocols, options);
  await once(client, "open");
  return client;
}

async function next(client: WebSocket): Promise<{ data: Buffer; isBinary: boolean }> {
  const [data, isBinary] = (await once(client, "message")) as [Buffer, boolean];
  return { data, isBinary };
}

async function closed(client: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(client, "close")) as [number, Buffer];
  return { code, reason: reason.toString() };
}

const COMPRESSION: [string, ClientOptions][] = [
  ["without compression", { perMessageDeflate: false }],
  ["with context takeover both ways", { perMessageDeflate: { threshold: 0 } }],
  [
    "with windows of 9 bits",
    { perMessageDeflate: { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9 } },
  ],
  [
    "with each message compressed alone",
    { perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true } },
  ],
];

for (const [title, options] of COMPRESSION) {
  test(`texts and binary messages of many lengths come back ${title}`, async () => {
    const client = await open(options);
    for (const length of [0, 1, 125, 126, 1023, 1024, 5000, 65_535, 65_536, 300_000]) {
      const text = "Zeile für Zeile ".repeat(length / 10).slice(0, length);
      client.send(text);
      assert.deepEqual(await next(client), { data: Buffer.from(text), isBinary: false });
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, i) => (i * i) >>> 4));
      client.send(bytes);
      assert.deepEqual(await next(client), { data: bytes, isBinary: true });
    }
    client.close();
    assert.deepEqual(await closed(client), { code: 1005, reason: "" });
  });

  test(`a fragmented text comes back whole ${title}`, async () => {
    const client = await open(options);
    for (const piece of ["one ", "two ", "three "]) client.send(piece.repeat(500), { fin: false });
    client.send("", { fin: true });
    assert.equal((await next(client)).data.length, 500 * 14);
    client.terminate();
  });
}

test("one compressed frame serves every client that agreed to it", async () => {
  const shared = await startEchoServer({ deflate: {} });
  const clients: WebSocket[] = [];
  for (let i = 0; i < 3; i++) {
    clients.push(await open({ perMessageDeflate: { serverMaxWindowBits: 15 } }, [], shared.port));
  }
  const text = "the same for everybody ".repeat(100);
  const received = clients.map(next);
  const frame = encodeDeflatedTextFrame(text);
  for (const connection of shared.engine) {
    assert.equal(connection.sharedDeflate, true);
    connection.writeFrames(frame);
  }
  for (const { data } of await Promise.all(received)) assert.equal(data.toString(), text);
  for (const client of clients) client.terminate();
  await shared.stop();
});

test("a subprotocol is agreed on", async () => {
  const client = await open({}, ["v2.chat", "v1.chat"]);
  assert.equal(client.protocol, "v1.chat");
  client.terminate();
});

test("a close goes through in both directions, with code and reason", async () => {
  const accepted = server.nextConnection();
  const first = await open();
  const connection = await accepted;
  const count = server.closed.length;
  connection.close(4403, "signed in elsewhere");
  assert.deepEqual(await closed(first), { code: 4403, reason: "signed in elsewhere" });
  await server.untilClosed(count + 1);
  assert.deepEqual(server.closed.at(-1), { code: 4403, reason: "signed in elsewhere" });

  const second = await open();
  second.close(4001, "done");
  await server.untilClosed(count + 2);
  assert.deepEqual(server.closed.at(-1), { code: 4001, reason: "done" });
  assert.equal((await closed(second)).code, 4001);
});

test("pings and pongs are exchanged", async () => {
  const client = await open();
  client.ping("are you there?");
  const [payload] = (await once(client, "pong")) as [Buffer];
  assert.equal(payload.toString(), "are you there?");
  client.terminate();
});
