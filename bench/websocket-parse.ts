/**
 * Time to parse masked client frames, against the receiver of `ws`, and what the tuned paths are worth.
 *
 *   node --expose-gc --conditions=tidewire-source --import tsx bench/websocket-parse.ts
 *
 * Each figure is the best of several rounds, in nanoseconds per message. Both parsers get the same chunks, as copies
 * made before the clock starts, since both unmask in place.
 */
import { isUtf8 } from "node:buffer";
import { createRequire } from "node:module";
import {
  applyMask,
  MessageParser,
  type MessageSink,
  UTF8_ACCEPT,
  validateUtf8,
} from "@tidewire/websocket/core";

const ROUNDS = 7;
const CHUNK_BYTES = 65_536;
const MASK_KEY = 0x37fa213d;

/** The part of `ws`'s receiver that is used here; it is not part of its declared interface. */
interface WsReceiver {
  write(chunk: Buffer): boolean;
  on(event: "message", listener: (data: Buffer) => void): void;
}

type WsReceiverClass = new (options: { isServer: boolean; allowSynchronousEvents: boolean }) => WsReceiver;

const ws: unknown = createRequire(import.meta.url)("ws");
if (!hasReceiver(ws)) throw new Error("this version of ws does not export its receiver");
const { Receiver } = ws;

let delivered = 0;

const SINK: MessageSink = {
  halted: false,
  compression: "none",
  onText(bytes, start, end) {
    if (Buffer.isBuffer(bytes)) delivered += bytes.toString("utf8", start, end).length;
  },
  onBinary() {},
  onCompressed() {},
  onPing() {},
  onPong() {},
  onClose() {},
  onMessageTooLong() {},
  onFailure(_code, reason) {
    throw new Error(reason);
  },
};

for (const payloadBytes of [16, 106, 1000, 16_000, 60_000]) {
  const frame = maskedText(payloadBytes);
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / frame.length));
  const chunk = Buffer.concat(Array.from({ length: perChunk }, () => frame));
  const chunks = Math.ceil(20_000_000 / chunk.length / (payloadBytes < 200 ? 4 : 1));
  const ours = best(chunk, chunks, perChunk, (copies) => {
    const parser = new MessageParser("server", {
      maxMessageBytes: 1 << 20,
      maxSkippedBytes: 1 << 20,
      acceptBinary: true,
      isUtf8,
    });
    for (const copy of copies) parser.push(copy, SINK);
  });
  const theirs = best(chunk, chunks, perChunk, (copies) => {
    const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true });
    receiver.on("message", (data) => {
      delivered += data.toString().length;
    });
    for (const copy of copies) receiver.write(copy);
  });
  console.log(
    `${String(payloadBytes).padStart(6)} bytes: ${ours.toFixed(0)} ns, ws ${theirs.toFixed(0)} ns per message (${(ours / theirs).toFixed(2)} ×)`,
  );
}

for (const bytes of [32, 48, 64, 128, 1024]) {
  const buffer = Buffer.alloc(bytes, "x");
  const mask = bestOf(() => applyMask(buffer, 0, bytes, MASK_KEY, 0));
  const streaming = bestOf(() => validateUtf8(buffer, 0, bytes, UTF8_ACCEPT));
  const native = bestOf(() => isUtf8(buffer));
  console.log(
    `${String(bytes).padStart(6)} bytes: unmask ${mask.toFixed(0)} ns, UTF-8 streaming ${streaming.toFixed(0)} ns, native ${native.toFixed(0)} ns`,
  );
}
if (delivered === 0) throw new Error("nothing was parsed");

function hasReceiver(module: unknown): module is { Receiver: WsReceiverClass } {
  return typeof module === "function" && "Receiver" in module && typeof module.Receiver === "function";
}

/** Nanoseconds per message in the fastest round. */
function best(chunk: Buffer, chunks: number, perChunk: number, parse: (copies: Buffer[]) => void): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const copies = Array.from({ length: chunks }, () => Buffer.from(chunk));
    const start = process.hrtime.bigint();
    parse(copies);
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - start) / (chunks * perChunk));
  }
  return fastest;
}

/** Nanoseconds per call in the fastest round. */
function bestOf(call: () => unknown): number {
  const calls = 100_000;
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) call();
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - start) / calls);
  }
  return fastest;
}

function maskedText(payloadBytes: number): Buffer {
  const header = Buffer.alloc(payloadBytes < 126 ? 6 : 8);
  header[0] = 0x81;
  header[1] = 0x80 | (payloadBytes < 126 ? payloadBytes : 126);
  if (payloadBytes >= 126) header.writeUInt16BE(payloadBytes, 2);
  header.writeUInt32BE(MASK_KEY, header.length - 4);
  const frame = Buffer.concat([header, Buffer.alloc(payloadBytes, "abcdefgh ijklm ")]);
  applyMask(frame, header.length, frame.length, MASK_KEY, 0);
  return frame;
}
