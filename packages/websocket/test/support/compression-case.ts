import assert from "node:assert/strict";
import { test } from "node:test";
import { Opcode } from "../../src/core/index.ts";
import type { EchoServer } from "./echo-server.ts";
import { type CompressionData, messageOf } from "./compression-data.ts";
import { connectClient } from "./test-client.ts";

/** Autobahn sends 1000 of each; fewer show the same, as no state grows with the number. */
const MESSAGES = process.env["TIDEWIRE_AUTOBAHN_FULL"] === "1" ? 1000 : 4;

/** Message length and fragment size, 0 for no fragmentation: the 18 shapes of groups 12 and 13. */
const SHAPES = [
  [16, 0],
  [64, 0],
  [256, 0],
  [1024, 0],
  [4096, 0],
  [8192, 0],
  [16384, 0],
  [32768, 0],
  [65536, 0],
  [131072, 0],
  [8192, 256],
  [16384, 256],
  [32768, 256],
  [65536, 256],
  [131072, 256],
  [131072, 1024],
  [131072, 4096],
  [131072, 32768],
] as const;

/** What one group of cases sends, and what it offers in the handshake. */
export interface CompressionGroup {
  /** Such as `12.1`. */
  readonly id: string;
  readonly data: CompressionData;
  readonly offers: readonly string[];
}

/** Registers the 18 cases of a group. */
export function testCompression(server: () => EchoServer, group: CompressionGroup): void {
  for (const [i, [length, fragment]] of SHAPES.entries()) {
    const cut = fragment === 0 ? "" : ` in fragments of ${fragment}`;
    const title = `${group.id}.${i + 1} ${MESSAGES} messages of ${length} bytes of ${group.data.name}${cut} come back`;
    test(title, { timeout: 60_000 }, async () => {
      const client = await connectClient(server().port, { extensions: group.offers });
      assert.ok(client.deflate, "compression was agreed on");
      for (let n = 0; n < MESSAGES; n++) {
        const message = messageOf(group.data, length, n);
        const opcode = group.data.opcode === 1 ? Opcode.text : Opcode.binary;
        client.compressed(opcode, message, fragment === 0 ? Number.POSITIVE_INFINITY : fragment);
        const event = await client.next();
        const received =
          event.type === "text"
            ? Buffer.from(event.text)
            : event.type === "binary"
              ? event.bytes
              : event.type;
        assert.equal(event.type, group.data.opcode === 1 ? "text" : "binary");
        assert.deepEqual(received, message, `message ${n} comes back unchanged`);
      }
      client.close(1000);
      const [close] = await client.untilEnd();
      assert.deepEqual(close, { type: "close", code: 1000, reason: "" });
      client.destroy();
    });
  }
}
