import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { socketProgressBytes } from "@tidewire/websocket";
import { LocalConnection } from "../../src/library/local-connection.ts";

describe("a connection within the process", () => {
  test("carries bytes both ways, and tells each end when the other has ended", async () => {
    const [server, client] = LocalConnection.pair("192.0.2.1");
    assert.equal(server.remoteAddress, "192.0.2.1");
    client.end("question");
    server.end("answer");
    const read = async (end: LocalConnection): Promise<string> => {
      let text = "";
      for await (const chunk of end) text += String(chunk);
      return text;
    };
    assert.deepEqual(await Promise.all([read(server), read(client)]), ["question", "answer"]);
  });

  test("holds a writer back until the other end reads, and counts what was taken as progress", async () => {
    const [server, client] = LocalConnection.pair(undefined);
    const piece = Buffer.alloc(40_000);
    for (let i = 0; i < 5; i++) server.write(piece);
    assert.ok(server.writableNeedDrain);
    const before = socketProgressBytes(server);
    assert.ok(before < 5 * piece.length);
    client.resume();
    await once(server, "drain");
    assert.equal(socketProgressBytes(server), 5 * piece.length);
    client.pause();
    server.write(piece);
    assert.equal(socketProgressBytes(server), 5 * piece.length);
    server.destroy();
    await once(client, "close");
  });
});
