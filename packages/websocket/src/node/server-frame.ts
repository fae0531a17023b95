import { constants, deflateRawSync } from "node:zlib";
import { frameHeaderBytes, writeFrameHeader } from "../core/frame-encoder.ts";
import { Opcode } from "../core/opcode.ts";

/** DEFLATE's empty stored block after a sync flush; RFC 7692 §7.2.1 leaves it out. */
const FLUSH_TAIL_BYTES = 4;

const PLAIN = { fin: true, rsv1: false };
const COMPRESSED = { fin: true, rsv1: true };

/**
 * A complete text frame, encoded straight into one buffer of the exact size.
 *
 * The buffer may be shared by any number of connections through `writeFrames`. A lone surrogate becomes U+FFFD.
 */
export function encodeTextFrame(text: string): Buffer {
  const payloadBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(frameHeaderBytes(payloadBytes, false) + payloadBytes);
  const start = writeFrameHeader(frame, Opcode.text, payloadBytes, PLAIN);
  frame.write(text, start);
  return frame;
}

/** A complete unmasked frame; the payload is copied. */
export function encodeServerFrame(opcode: Opcode, payload: Uint8Array, compressed = false): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderBytes(payload.length, false) + payload.length);
  const start = writeFrameHeader(frame, opcode, payload.length, compressed ? COMPRESSED : PLAIN);
  frame.set(payload, start);
  return frame;
}

/**
 * A complete compressed text frame (RSV1), for every connection whose `sharedDeflate` is true.
 *
 * It pays above about 1 KB. It is compressed even if that makes it longer. `level` is zlib's, 1–9.
 */
export function encodeDeflatedTextFrame(text: string, level = 6): Buffer {
  const flushed = deflateRawSync(text, { level, finishFlush: constants.Z_SYNC_FLUSH });
  return encodeServerFrame(Opcode.text, flushed.subarray(0, flushed.length - FLUSH_TAIL_BYTES), true);
}
