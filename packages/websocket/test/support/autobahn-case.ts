import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WebSocketOptions } from "../../src/index.ts";
import { type EchoServer, startEchoServer } from "./echo-server.ts";
import { type ClientEvent, connectClient } from "./test-client.ts";

/** One case of the Autobahn list, by its public number. */
export interface AutobahnCase {
  readonly id: string;
  readonly title: string;
  /** What the client writes, each piece in a write of its own. */
  readonly send: readonly Uint8Array[];
  /** What has to come back, in order. */
  readonly expect: readonly ClientEvent[];
  /**
   * How it has to end: with a close frame of this code from the server, and the TCP connection ended by it.
   * Absent: the connection is still good, which a closing handshake with 1000 shows.
   */
  readonly closedWith?: number;
}

/** A case whose answer never comes fails after this, instead of holding up the run. */
const CASE_TIMEOUT_MS = 20_000;

/** Runs a table of cases against one echo server, each on a connection of its own. */
export function runAutobahnCases(cases: readonly AutobahnCase[], options: WebSocketOptions = {}): void {
  let server: EchoServer;
  before(async () => {
    server = await startEchoServer({ maxMessageBytes: 16 * 1024 * 1024, ...options });
  });
  after(() => server.stop());

  for (const { id, title, send, expect, closedWith } of cases) {
    test(`${id} ${title}`, { timeout: CASE_TIMEOUT_MS }, async () => {
      const client = await connectClient(server.port);
      for (const piece of send) client.write(piece);
      for (const [i, expected] of expect.entries()) {
        assert.deepEqual(await client.next(), expected, `event ${i} in answer to the case's frames`);
      }
      if (closedWith === undefined) client.close(1000);
      const [last, ...more] = await client.untilEnd();
      client.destroy();
      assert.equal(last?.type, "close", "the server ends with a close frame, not by cutting the line");
      assert.equal(last.code, closedWith ?? 1000, "the close frame's code");
      assert.deepEqual(more, [], "nothing follows a close frame");
    });
  }
}

/** The event of a text that comes back. */
export function text(value: string): ClientEvent {
  return { type: "text", text: value };
}

/** The event of a binary message that comes back. */
export function binary(bytes: Uint8Array): ClientEvent {
  return { type: "binary", bytes: Buffer.from(bytes) };
}

/** The event of a pong. */
export function pong(payload: string): ClientEvent {
  return { type: "pong", payload };
}

/** The three ways in which Autobahn writes a sequence of frames. */
export const WRITTEN = {
  inOneGo: (frames: readonly Uint8Array[]): Uint8Array[] => [Buffer.concat(frames)],
  frameByFrame: (frames: readonly Uint8Array[]): Uint8Array[] => [...frames],
  octetByOctet: (frames: readonly Uint8Array[]): Uint8Array[] =>
    frames.flatMap((frame) => Array.from(frame, (octet) => Uint8Array.of(octet))),
};
