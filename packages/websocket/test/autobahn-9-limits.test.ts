import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { type EchoServer, startEchoServer } from "./support/echo-server.ts";
import { chop, fragments, rawFrame } from "./support/raw-frame.ts";
import { type ClientEvent, connectClient } from "./support/test-client.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const TIMEOUT_MS = 60_000;

/** Autobahn sends 1000; the order and the answers show with fewer. */
const ROUND_TRIPS = process.env["TIDEWIRE_AUTOBAHN_FULL"] === "1" ? 1000 : 100;

const TEXT = 1;
const BINARY = 2;

let server: EchoServer;
before(async () => {
  server = await startEchoServer({ maxMessageBytes: 16 * MIB, maxBufferedBytes: 32 * MIB });
});
after(() => server.stop());

function payloadOf(opcode: number, bytes: number): Buffer {
  return Buffer.alloc(bytes, opcode === TEXT ? "*" : "\xfe", "latin1");
}

function assertEcho(event: ClientEvent, opcode: number, payload: Buffer): void {
  assert.equal(event.type, opcode === TEXT ? "text" : "binary");
  const received =
    event.type === "text" ? Buffer.from(event.text) : event.type === "binary" ? event.bytes : payload;
  assert.equal(received.length, payload.length, "the echo's length");
  assert.equal(digest(received), digest(payload), "the echo's content");
}

function digest(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("hex");
}

/** Sends one message in the pieces given and expects it back. */
async function echo(opcode: number, payload: Buffer, pieces: readonly Uint8Array[]): Promise<void> {
  const client = await connectClient(server.port);
  client.socket.cork();
  for (const [i, piece] of pieces.entries()) {
    client.write(piece);
    // Now and then let the pieces go, as one packet per piece would take the system calls' time.
    if (i % 64 === 63) {
      client.socket.uncork();
      client.socket.cork();
    }
  }
  client.socket.uncork();
  assertEcho(await client.next(), opcode, payload);
  client.destroy();
}

for (const [group, opcode, kind] of [
  ["9.1", TEXT, "text"],
  ["9.2", BINARY, "binary message"],
] as const) {
  for (const [i, bytes] of [64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB].entries()) {
    test(`${group}.${i + 1} a ${kind} of ${bytes} bytes comes back`, { timeout: TIMEOUT_MS }, async () => {
      const payload = payloadOf(opcode, bytes);
      await echo(opcode, payload, [rawFrame({ opcode, payload })]);
    });
  }
}

for (const [group, opcode, kind] of [
  ["9.3", TEXT, "text"],
  ["9.4", BINARY, "binary message"],
] as const) {
  const sizes = [64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
  for (const [i, size] of sizes.entries()) {
    const title = `${group}.${i + 1} a ${kind} of 4 MB in fragments of ${size} bytes comes back`;
    test(title, { timeout: TIMEOUT_MS }, async () => {
      const payload = payloadOf(opcode, 4 * MIB);
      await echo(opcode, payload, fragments(opcode, payload, size));
    });
  }
}

for (const [group, opcode, kind] of [
  ["9.5", TEXT, "text"],
  ["9.6", BINARY, "binary message"],
] as const) {
  for (const [i, size] of [64, 128, 256, 512, 1024, 2048].entries()) {
    test(`${group}.${i + 1} a ${kind} of 1 MB written ${size} at a time comes back`, {
      timeout: TIMEOUT_MS,
    }, async () => {
      const payload = payloadOf(opcode, MIB);
      await echo(opcode, payload, chop(rawFrame({ opcode, payload }), size));
    });
  }
}

for (const [group, opcode, kind] of [
  ["9.7", TEXT, "texts"],
  ["9.8", BINARY, "binary messages"],
] as const) {
  for (const [i, bytes] of [0, 16, 64, 256, 1024, 4096].entries()) {
    const title = `${group}.${i + 1} ${ROUND_TRIPS} ${kind} of ${bytes} bytes come back one after the other`;
    test(title, { timeout: TIMEOUT_MS }, async () => {
      const client = await connectClient(server.port);
      const payload = payloadOf(opcode, bytes);
      for (let round = 0; round < ROUND_TRIPS; round++) {
        client.frame({ opcode, payload });
        assertEcho(await client.next(), opcode, payload);
      }
      client.destroy();
    });
  }
}
