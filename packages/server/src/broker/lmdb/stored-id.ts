import type { KnownId } from "../known-ids.ts";
import { StoreDamaged, StoreTooNew } from "../store-errors.ts";

/*
 * A chosen message id, version 1:
 *   by its hash:    version(1) = 1 · ordinal(6) · time in ms(6) · offset(6) · epoch
 *   by its ordinal: version(1) = 1 · time in ms(6) · hash(16)
 */
const VERSION = 1;

/** Where a chosen id led the first time. */
export interface StoredId extends KnownId {
  readonly epoch: string;
  readonly offset: number;
}

export function encodeStoredId(id: StoredId): Buffer {
  const bytes = Buffer.allocUnsafe(19 + Buffer.byteLength(id.epoch));
  bytes[0] = VERSION;
  bytes.writeUIntBE(id.ordinal, 1, 6);
  bytes.writeUIntBE(id.timeMs, 7, 6);
  bytes.writeUIntBE(id.offset, 13, 6);
  bytes.write(id.epoch, 19);
  return bytes;
}

export function decodeStoredId(bytes: Buffer): StoredId {
  checkVersion(bytes, 19);
  return {
    ordinal: bytes.readUIntBE(1, 6),
    timeMs: bytes.readUIntBE(7, 6),
    offset: bytes.readUIntBE(13, 6),
    epoch: bytes.toString("utf8", 19),
  };
}

export function encodeOrdinal(id: { readonly timeMs: number; readonly hash: Buffer }): Buffer {
  const bytes = Buffer.allocUnsafe(23);
  bytes[0] = VERSION;
  bytes.writeUIntBE(id.timeMs, 1, 6);
  id.hash.copy(bytes, 7);
  return bytes;
}

export function decodeOrdinal(bytes: Buffer): { readonly timeMs: number; readonly hash: Buffer } {
  checkVersion(bytes, 23);
  return { timeMs: bytes.readUIntBE(1, 6), hash: bytes.subarray(7, 23) };
}

function checkVersion(bytes: Buffer, minLength: number): void {
  if (bytes.length < minLength) throw new StoreDamaged("A stored message id is cut off.");
  if (bytes[0] !== VERSION)
    throw new StoreTooNew(`A stored message id has format ${bytes[0]}; this version knows ${VERSION}.`);
}
