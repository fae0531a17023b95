import { encodeClosePayload } from "./close-code.ts";
import { applyMask } from "./masking.ts";
import { Opcode } from "./opcode.ts";

/** What a frame's first two bytes say beside opcode and length. */
export interface FrameFlags {
  /** False for a fragment that others follow. Default true. */
  readonly fin?: boolean;
  /** True for the first frame of a compressed message (RFC 7692 §6). Default false. */
  readonly rsv1?: boolean;
  /** The masking key a client must use (RFC 6455 §5.3); absent in frames of a server. */
  readonly maskKey?: number | undefined;
}

/** Bytes of the header of a frame with this many payload bytes. */
export function frameHeaderBytes(payloadBytes: number, masked: boolean): number {
  return (payloadBytes < 126 ? 2 : payloadBytes < 65536 ? 4 : 10) + (masked ? 4 : 0);
}

/**
 * Writes a frame's header at the start of `target`, and gives the offset of its payload.
 *
 * `target` must have room for `frameHeaderBytes(payloadBytes, masked)`. The length takes the shortest
 * of its three forms (RFC 6455 §5.2).
 */
export function writeFrameHeader(
  target: Uint8Array,
  opcode: Opcode,
  payloadBytes: number,
  flags: FrameFlags,
): number {
  const { fin = true, rsv1 = false, maskKey } = flags;
  const maskBit = maskKey === undefined ? 0 : 0x80;
  target[0] = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
  let offset = 2;
  if (payloadBytes < 126) {
    target[1] = maskBit | payloadBytes;
  } else if (payloadBytes < 65536) {
    target[1] = maskBit | 126;
    offset = writeUint(target, offset, payloadBytes, 2);
  } else {
    target[1] = maskBit | 127;
    offset = writeUint(target, offset, Math.floor(payloadBytes / 2 ** 32), 4);
    offset = writeUint(target, offset, payloadBytes % 2 ** 32, 4);
  }
  return maskKey === undefined ? offset : writeUint(target, offset, maskKey, 4);
}

/** A complete frame in a buffer of its own; `payload` is copied and left as it is. */
export function encodeFrame(opcode: Opcode, payload: Uint8Array, flags: FrameFlags = {}): Uint8Array {
  const masked = flags.maskKey !== undefined;
  const frame = new Uint8Array(frameHeaderBytes(payload.length, masked) + payload.length);
  const start = writeFrameHeader(frame, opcode, payload.length, flags);
  frame.set(payload, start);
  if (flags.maskKey !== undefined) applyMask(frame, start, frame.length, flags.maskKey, 0);
  return frame;
}

/** A complete close frame; see `encodeClosePayload` for its rules. */
export function encodeCloseFrame(code: number, reason: string, maskKey?: number): Uint8Array {
  return encodeFrame(Opcode.close, encodeClosePayload(code, reason), { maskKey });
}

function writeUint(target: Uint8Array, offset: number, value: number, bytes: number): number {
  for (let i = 0; i < bytes; i++) target[offset + i] = value >>> (8 * (bytes - 1 - i));
  return offset + bytes;
}
