import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { eventually } from "../support/deadline.ts";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { maskedFrame, openRawWebSocket } from "../support/raw-websocket.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const SETTINGS = { limits: { maxMessageBytes: 1000, lineBytes: 2000, bodyBytes: 2000 } };

interface Scene {
  readonly server: TestServer;
  readonly client: NativeClient;
  /** Goes on as before, or the test fails. */
  readonly neighbourIsFine: () => Promise<void>;
}

async function setUp(t: TestContext): Promise<Scene> {
  const server = await startTestServer(t, { settings: SETTINGS, logLevel: "info" });
  const client = await NativeClient.open(t, server, "channels=news");
  const neighbour = await NativeClient.open(t, server, "channels=news");
  await client.next("subscribed");
  await neighbour.next("subscribed");
  return {
    server,
    client,
    async neighbourIsFine() {
      await server.push("news", "still there?");
      await neighbour.until((push) => push.type === "message" && push.data === "still there?", "the message");
    },
  };
}

describe("a message that is wrong is answered, logged once, and the connection goes on", () => {
  const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  for (const [why, text, code, id, channel] of [
    ["no JSON", "hello", "malformed_json", undefined, undefined],
    ["half of a message", '{"type":"subscribe","id":1', "malformed_json", undefined, undefined],
    ["an empty text", "", "malformed_json", undefined, undefined],
    ["a number", "7", "bad_request", undefined, undefined],
    ["a list", "[]", "bad_request", undefined, undefined],
    ["null", "null", "bad_request", undefined, undefined],
    ["no type", '{"id":3}', "invalid_field", 3, undefined],
    ["a type that is no text", '{"type":7,"id":3}', "invalid_field", 3, undefined],
    ["an unknown type", '{"type":"fly","id":3,"channel":"news"}', "unknown_type", 3, "news"],
    ["a type of the prototype", '{"type":"constructor","id":3}', "unknown_type", 3, undefined],
    [
      "too many levels",
      `{"type":"publish","channel":"news","data":${deep(64)}}`,
      "too_deep",
      undefined,
      undefined,
    ],
    ["no channel", '{"type":"subscribe","id":3}', "invalid_channel", 3, undefined],
    ["a channel that is no text", '{"type":"subscribe","id":3,"channel":7}', "invalid_channel", 3, undefined],
    [
      "unknown characters in a channel",
      '{"type":"subscribe","id":3,"channel":"a b"}',
      "invalid_channel",
      3,
      "a b",
    ],
    ["a reserved channel", '{"type":"publish","id":3,"channel":"$x","data":1}', "invalid_channel", 3, "$x"],
    ["a publish without data", '{"type":"publish","id":3,"channel":"c"}', "invalid_field", 3, "c"],
    ["a wrong since", '{"type":"subscribe","id":3,"channel":"c","since":"new"}', "invalid_since", 3, "c"],
    ["a negative offset", '{"type":"ack","id":3,"channel":"c","offset":-1}', "invalid_field", 3, "c"],
    [
      "a limit beyond the limit",
      '{"type":"history","id":3,"channel":"c","limit":1001}',
      "invalid_field",
      3,
      "c",
    ],
    ["an id that is no number", '{"type":"ping","id":"3"}', "invalid_field", undefined, undefined],
    ["a call of a backend that is not there", '{"type":"rpc","id":3,"method":"x"}', "rpc_off", 3, undefined],
    ["a token where none is used", '{"type":"refresh","id":3,"token":"x"}', "bad_request", 3, undefined],
  ] as const) {
    test(why, async (t) => {
      const { server, client, neighbourIsFine } = await setUp(t);
      client.sendText(text);
      const error = await client.next("error");
      assert.deepEqual([error.code, error.id, error.channel], [code, id, channel]);
      assert.notEqual(error.message, "", "it says what to do");
      await client.settled();
      await neighbourIsFine();
      const logged = await server.logLines("client.refused");
      assert.deepEqual(
        logged.map((line) => line["code"]),
        [code],
      );
    });
  }

  test("64 levels are not too many", async (t) => {
    const { client } = await setUp(t);
    client.sendText(`{"type":"publish","id":1,"channel":"news","data":${deep(63)}}`);
    await client.answer("published", 1);
  });

  test("a message longer than connected said", async (t) => {
    const { server, client, neighbourIsFine } = await setUp(t);
    const envelope = JSON.stringify({ type: "publish", id: 1, channel: "news", data: "" }).length;
    client.send({ type: "publish", id: 1, channel: "news", data: "x".repeat(1000 - envelope) });
    await client.answer("published", 1);
    client.send({ type: "publish", id: 2, channel: "news", data: "x".repeat(1001 - envelope) });
    assert.equal((await client.next("error")).code, "message_too_large");
    client.sendText("x".repeat(4000));
    assert.equal((await client.next("error")).code, "message_too_large");
    await client.settled();
    await neighbourIsFine();
    assert.equal((await server.logLines("client.refused")).length, 1);
  });
});

describe("what breaks the protocol closes the connection with the right code, and is logged", () => {
  for (const [why, code, send] of [
    ["a message longer than four times the limit", 1009, (client) => client.sendText("x".repeat(4001))],
    ["a binary message", 1003, (client) => client.socket.send(Buffer.from("{}"), { binary: true })],
    [
      "wrong UTF-8",
      1007,
      (client) => client.socket.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { binary: false }),
    ],
    ["a message that is not masked", 1002, (client) => client.socket.send("{}", { mask: false })],
  ] as const satisfies readonly (readonly [string, number, (client: NativeClient) => void])[]) {
    test(why, async (t) => {
      const { server, client, neighbourIsFine } = await setUp(t);
      const { connection } = await firstConnected(client);
      send(client);
      assert.equal((await client.closed).code, code);
      await neighbourIsFine();
      await eventually("it is logged", async () => (await server.logLines("connection.closed")).length === 1);
      const [closed] = await server.logLines("connection.closed");
      assert.deepEqual([closed?.["code"], closed?.["connection"]], [code, connection]);
    });
  }

  for (const [why, frame, code] of [
    ["an unknown opcode", maskedFrame(0x83, Buffer.from("{}")), 1002],
    ["a reserved bit", maskedFrame(0xc1, Buffer.from("{}")), 1002],
    ["a continuation of nothing", maskedFrame(0x80, Buffer.from("{}")), 1002],
    ["a control frame in pieces", maskedFrame(0x09, Buffer.from("{}")), 1002],
    ["a close code that must not be sent", maskedFrame(0x88, Buffer.from([0x03, 0xed])), 1002],
    ["a length that is not the shortest", Buffer.from([0x81, 0xfe, 0, 5, 1, 2, 3, 4, 0, 0, 0, 0, 0]), 1002],
    [
      "a frame that announces 2^62 bytes",
      Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
      1009,
    ],
  ] as const) {
    test(why, async (t) => {
      const { server, neighbourIsFine } = await setUp(t);
      const raw = await openRawWebSocket(t, server, "/connect?channels=news");
      raw.socket.write(frame);
      assert.equal(await raw.closeCode(), code);
      await neighbourIsFine();
    });
  }

  test("a ping is a ping, whatever is in it, and never read as a message", async (t) => {
    const { client } = await setUp(t);
    client.socket.ping('{"type":"publish","channel":"news","data":"from a ping"}');
    assert.deepEqual(await client.settled(), []);
  });

  test("a message in many fragments, with a ping in between, is one message", async (t) => {
    const { server, client } = await setUp(t);
    const text = JSON.stringify({ type: "publish", channel: "news", data: "in pieces" });
    const raw = await openRawWebSocket(t, server, "/connect?channels=other");
    for (const [index, byte] of Buffer.from(text).entries()) {
      const first = index === 0 ? 0x01 : index === text.length - 1 ? 0x80 : 0x00;
      raw.socket.write(maskedFrame(first, Buffer.of(byte)));
      if (index === 5) raw.socket.write(maskedFrame(0x89, Buffer.from("?")));
    }
    assert.equal((await client.next("message")).data, "in pieces");
  });

  test("frames that come along with the handshake are not lost", async (t) => {
    const { server, client } = await setUp(t);
    const frame = maskedFrame(
      0x81,
      Buffer.from(JSON.stringify({ type: "publish", channel: "news", data: "early" })),
    );
    await openRawWebSocket(t, server, "/connect", { afterHandshake: frame });
    assert.equal((await client.next("message")).data, "early");
  });
});

describe("a handshake that is wrong is refused, logged once, and harms nobody", () => {
  for (const [why, header, value, status] of [
    ["an old version", "Sec-WebSocket-Version", "8", 426],
    ["a key that is none", "Sec-WebSocket-Key", "short", 400],
    ["no upgrade to WebSocket", "Upgrade", "h2c", 426],
  ] as const) {
    test(why, async (t) => {
      const { server, neighbourIsFine } = await setUp(t);
      const refused = openRawWebSocket(t, server, "/connect", { headers: { [header]: value } });
      await assert.rejects(refused, new RegExp(`HTTP/1.1 ${status}`));
      await neighbourIsFine();
      assert.equal((await server.logLines("connection.refused")).length, 1);
    });
  }

  test("nobody who has not shaken hands receives anything", async (t) => {
    const { server } = await setUp(t);
    const refused = await refusedHandshake(server, "/connect?channels=news", {
      origin: "https://evil.example",
    });
    assert.equal(refused.status, 403);
    const info = await server.api("GET", "/api/info");
    assert.equal(info.body["connections"], 2);
  });
});

async function firstConnected(client: NativeClient): Promise<{ readonly connection: string }> {
  const connected = client.frames.find((push) => push.type === "connected");
  assert.ok(connected?.type === "connected");
  return connected;
}
