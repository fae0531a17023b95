import { applyMask } from "../../src/core/masking.ts";

/** A frame as no rule forbids it: what a test wants on the wire, right or wrong. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly fin?: boolean;
  /** The three reserved bits: 4 is RSV1, 2 RSV2, 1 RSV3. */
  readonly rsv?: number;
  /** Default true, as a client must. */
  readonly masked?: boolean;
  /** Bytes of the extended length; by default as few as the payload needs. */
  readonly lengthBytes?: 0 | 2 | 8;
}

const MASK_KEY = 0x37fa213d;

/** The bytes of such a frame. */
export function rawFrame(frame: RawFrame): Uint8Array {
  const { opcode, fin = true, rsv = 0, masked = true } = frame;
  const payload =
    typeof frame.payload === "string" ? Buffer.from(frame.payload) : (frame.payload ?? Buffer.alloc(0));
  const { length } = payload;
  const lengthBytes = frame.lengthBytes ?? (length < 126 ? 0 : length < 65536 ? 2 : 8);
  const header = Buffer.alloc(2 + lengthBytes + (masked ? 4 : 0));
  header[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  header[1] = (masked ? 0x80 : 0) | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) header.writeUInt16BE(length, 2);
  if (lengthBytes === 8) header.writeBigUInt64BE(BigInt(length), 2);
  if (masked) header.writeUInt32BE(MASK_KEY, 2 + lengthBytes);
  const bytes = Buffer.concat([header, payload]);
  if (masked) applyMask(bytes, header.length, bytes.length, MASK_KEY, 0);
  return bytes;
}

/** Cuts bytes into pieces of a size; the last may be shorter. */
export function chop(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.slice(start, start + size));
  return pieces;
}

/** A message in fragments of a size, each a frame. */
export function fragments(opcode: number, payload: Uint8Array, size: number, rsv = 0): Uint8Array[] {
  const pieces = payload.length === 0 ? [payload] : chop(payload, size);
  return pieces.map((piece, i) =>
    rawFrame({
      opcode: i === 0 ? opcode : 0,
      payload: piece,
      fin: i === pieces.length - 1,
      rsv: i === 0 ? rsv : 0,
    }),
  );
}

/** A close frame's payload: the code, then the reason. */
export function closePayload(code: number, reason: string | Uint8Array = ""): Uint8Array {
  return Buffer.concat([Uint8Array.of(code >> 8, code & 0xff), Buffer.from(reason)]);
}
