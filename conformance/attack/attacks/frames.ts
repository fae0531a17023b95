import { deflateRawSync } from "node:zlib";
import { rawFrame, type RawFrame } from "../../../packages/websocket/test/support/raw-frame.ts";
import type { TestClient } from "../../../packages/websocket/test/support/test-client.ts";
import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { endOf, pour, rawWebSocket } from "../support/raw-websocket.ts";

const MB = 1024 * 1024;
const TEXT = 1;
const PING = 9;

/** Frames that break RFC 6455, with the close codes that are right for them. */
const BROKEN: readonly (readonly [string, readonly RawFrame[], readonly string[]])[] = [
  ["not masked", [{ opcode: TEXT, payload: "{}", masked: false }], ["1002"]],
  ["an unknown opcode", [{ opcode: 3 }], ["1002"]],
  ["an unknown control opcode", [{ opcode: 11 }], ["1002"]],
  ["reserved bits", [{ opcode: TEXT, payload: "{}", rsv: 2 }], ["1002"]],
  ["compressed without agreement", [{ opcode: TEXT, payload: "{}", rsv: 4 }], ["1002"]],
  ["a long ping", [{ opcode: PING, payload: "x".repeat(126) }], ["1002"]],
  ["a ping in fragments", [{ opcode: PING, fin: false }], ["1002"]],
  ["a continuation of nothing", [{ opcode: 0, payload: "x" }], ["1002"]],
  [
    "a message inside another",
    [
      { opcode: TEXT, fin: false },
      { opcode: TEXT, payload: "{}" },
    ],
    ["1002"],
  ],
  ["text that is no UTF-8", [{ opcode: TEXT, payload: Uint8Array.of(0x22, 0xff, 0x22) }], ["1007"]],
  ["half a surrogate", [{ opcode: TEXT, payload: Uint8Array.of(0xed, 0xa0, 0x80) }], ["1007"]],
  ["binary", [{ opcode: 2, payload: "x" }], ["1003"]],
  ["a close code of its own", [{ opcode: 8, payload: Uint8Array.of(3, 237) }], ["1002"]],
  [
    "a close reason that is no UTF-8",
    [{ opcode: 8, payload: Uint8Array.of(3, 232, 0xff) }],
    ["1002", "1007"],
  ],
  ["a length in too many bytes", [{ opcode: TEXT, payload: "{}", lengthBytes: 8 }], ["1002"]],
  ["ten times the longest message", [{ opcode: TEXT, payload: "x".repeat(640 * 1024) }], ["1009"]],
];

/** Heads that promise more than anybody wants to hold: 1 GB, and 2^63 bytes. */
const PROMISES: readonly (readonly [string, readonly number[]])[] = [
  ["1 GB", [0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4, 0x7b]],
  ["2^63 - 1 bytes", [0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4, 0x7b]],
  ["2^64 - 1 bytes", [0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4, 0x7b]],
];

/** Broken and oversized frames. */
export const brokenFrames: Attack = {
  name: "broken and oversized frames",
  target: "open",
  tried: `${BROKEN.length} frames that RFC 6455 forbids or that are too long, and heads that promise up to 2^64 bytes`,
  defence: "the close code that the RFC has for it; nothing is allocated for a promise",
  async run(arena) {
    const { length } = BROKEN;
    for (const [what, frames, codes] of BROKEN) {
      const client = await rawWebSocket(arena, "user=mallory");
      for (const frame of frames) client.frame(frame);
      const end = await endOf(client);
      arena.count(end);
      arena.expect(codes.includes(end), `${what} ended with ${end} instead of ${codes.join(" or ")}`);
    }
    for (const [what, head] of PROMISES) {
      const client = await rawWebSocket(arena, "user=mallory");
      client.write(Uint8Array.from(head));
      const end = await endOf(client);
      arena.count(end);
      arena.expect(["1002", "1009"].includes(end), `a frame of ${what} ended with ${end}`);
    }
    return `${length + PROMISES.length} connections closed: ${arena.outcomes()}`;
  },
};

/** Messages that never end. */
export const endlessFragments: Attack = {
  name: "endless fragments",
  target: "open",
  tried:
    "messages of fragments without an end: 270 000 of 1 byte, of 1000 bytes, with a ping between any two, and 500 000 of none at all",
  defence: "1009 once the message is too long; memory is that of one message; empty fragments cost nothing",
  async run(arena) {
    const ping = rawFrame({ opcode: PING });
    const fragment = (bytes: number): Uint8Array =>
      rawFrame({ opcode: 0, fin: false, payload: "x".repeat(bytes) });
    // All but the last are longer than the 4 × 64 KB that are taken before 1009.
    const kinds: readonly (readonly [string, Uint8Array, number])[] = [
      ["1 byte", fragment(1), 270_000],
      ["1000 bytes", fragment(1000), 1000],
      ["100 bytes and a ping", Buffer.concat([fragment(100), ping]), 5000],
      ["nothing", fragment(0), arena.amount(50_000, 500_000)],
    ];
    const first = rawFrame({ opcode: TEXT, fin: false, payload: '"' });
    for (const [what, piece, count] of kinds) {
      const client = await rawWebSocket(arena, "user=mallory");
      const parcel = Buffer.concat(Array.from({ length: 100 }, () => piece));
      const taken = await pour(client, [first, ...Array.from({ length: count / 100 }, () => parcel)]);
      // What the server has not read yet lies in the buffers of the system, so the end tells, not what was taken.
      const end = what === "nothing" && taken ? "taken" : await endOf(client);
      arena.count(`${what}: ${end}`);
      arena.expect(end === "1009" || what === "nothing", `fragments of ${what} ended with ${end}`);
      client.destroy();
    }
    return arena.outcomes();
  },
};

/** Small frames that unfold to large messages. */
export const deflateBombs: Attack = {
  name: "deflate bombs",
  target: "open",
  tried:
    "messages of 60 MB in 60 KB, whole, in fragments of 1 KB, and many connections at once; compressed garbage; a stream of empty blocks",
  defence: "inflating stops at the limit: an error or 1009, 1007 for what is no deflate stream",
  async run(arena) {
    const bomb = deflateRawSync(Buffer.alloc(60 * MB, "x"), { level: 9 });
    const emptyBlocks = Buffer.alloc(60_000, Buffer.from([0, 0, 0, 0xff, 0xff]));
    const kinds: readonly (readonly [string, Uint8Array, number])[] = [
      ["whole", bomb, bomb.length],
      ["in fragments", bomb, 1024],
      ["garbage", Buffer.alloc(1000, 0xff), 1000],
      ["empty blocks", emptyBlocks, emptyBlocks.length],
    ];
    for (const [what, bytes, fragmentBytes] of kinds) {
      const ends = await Promise.all(
        Array.from({ length: arena.amount(4, 30) }, () => bombard(arena, bytes, fragmentBytes)),
      );
      for (const end of ends) arena.count(`${what}: ${end}`);
      arena.expect(
        ends.every((end) => end !== "connected"),
        `a bomb (${what}) went off`,
      );
    }
    return arena.outcomes();
  },
};

/** Sends one compressed message, and another one that tells whether the connection still works; says how it ended. */
async function bombard(arena: Arena, bytes: Uint8Array, fragmentBytes: number): Promise<string> {
  const client = await rawWebSocket(arena, "", true);
  for (let from = 0; from < bytes.length; from += fragmentBytes) {
    client.frame({
      opcode: from === 0 ? TEXT : 0,
      rsv: from === 0 ? 4 : 0,
      fin: from + fragmentBytes >= bytes.length,
      payload: bytes.subarray(from, from + fragmentBytes),
    });
  }
  return firstSign(client);
}

async function firstSign(client: TestClient): Promise<string> {
  for (;;) {
    const event = await client.next();
    if (event.type === "end") return "closed";
    if (event.type === "close") return String(event.code);
    if (event.type === "text") {
      client.destroy();
      return /"code":"(\w+)"/.exec(event.text)?.[1] ?? "connected";
    }
  }
}

/** Pings without end, whose pongs nobody reads. */
export const pingFlood: Attack = {
  name: "ping flood",
  target: "open",
  tried:
    "hundreds of thousands of pings of 125 bytes on several connections, with and without reading the pongs",
  defence: "pongs do not pile up: who does not read them is not read either; nobody else waits",
  async run(arena) {
    const ping = rawFrame({ opcode: PING, payload: "x".repeat(125) });
    const parcel = Buffer.concat(Array.from({ length: 500 }, () => ping));
    const parcels = arena.amount(100, 1000);
    const reading = Array.from({ length: 2 }, async () => {
      const client = await rawWebSocket(arena, "user=mallory");
      client.socket.removeAllListeners("data").resume();
      const taken = await pour(
        client,
        Array.from({ length: parcels }, () => parcel),
      );
      arena.count(taken ? "read: all taken" : "read: closed");
      client.destroy();
    });
    const deaf = Array.from({ length: 4 }, async () => {
      const client = await rawWebSocket(arena, "user=mallory");
      client.socket.pause();
      // Nothing reads, so this comes to a halt: that is the defence.
      const poured = pour(
        client,
        Array.from({ length: parcels }, () => parcel),
      );
      await Promise.race([poured, Promise.all(reading)]);
      arena.count(client.socket.writableLength > 0 ? "deaf: halted" : "deaf: taken");
      client.destroy();
    });
    await Promise.all([...reading, ...deaf]);
    return `${parcels * 500} pings each; ${arena.outcomes()}`;
  },
};
