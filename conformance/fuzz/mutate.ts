import type { Random } from "../support/random.ts";

/** Bytes at which formats turn: ends of ranges, of length classes, of UTF-8 sequences, and JSON's punctuation. */
const TURNING_BYTES = Uint8Array.from([
  0x00, 0x01, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x88, 0x89, 0x8a, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef,
  0xf0, 0xf4, 0xf5, 0xfe, 0xff, 0x0a, 0x0d, 0x20, 0x22, 0x2a, 0x2c, 0x2e, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b,
]);

const MOST_STEPS = 5;
const LONGEST_PIECE = 24;

/** What inputs are made of. */
export interface Material {
  readonly random: Random;
  readonly tokens: readonly Uint8Array[];
  /** Another input, to take a piece from. */
  readonly other: Uint8Array;
  readonly maxBytes: number;
}

/** Makes a new input out of one that was good, by one to five changes. */
export function mutate(input: Uint8Array, material: Material): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(input);
  for (let step = material.random.integer(1, MOST_STEPS); step > 0; step -= 1)
    bytes = change(bytes, material);
  return bytes.length > material.maxBytes ? bytes.subarray(0, material.maxBytes) : bytes;
}

function change(bytes: Uint8Array, { random, tokens, other }: Material): Uint8Array {
  const at = random.integer(0, bytes.length);
  switch (random.integer(0, 8)) {
    case 0:
      return overwrite(bytes, at, [(bytes[at] ?? 0) ^ (1 << random.integer(0, 7))]);
    case 1:
      return overwrite(bytes, at, [random.integer(0, 255)]);
    case 2:
      return overwrite(bytes, at, [TURNING_BYTES[random.integer(0, TURNING_BYTES.length - 1)] ?? 0]);
    case 3:
      return overwrite(bytes, at, [(bytes[at] ?? 0) + random.integer(-4, 4)]);
    case 4:
      return splice(bytes, at, random.integer(1, LONGEST_PIECE), []);
    case 5:
      return splice(bytes, at, 0, piece(bytes, random));
    case 6:
      return splice(bytes, at, random.integer(0, LONGEST_PIECE), piece(other, random));
    case 7:
      return splice(bytes, at, 0, tokens[random.integer(0, tokens.length - 1)] ?? []);
    default:
      return splice(bytes, at, 0, noise(random));
  }
}

function overwrite(bytes: Uint8Array, at: number, piece: ArrayLike<number>): Uint8Array {
  if (at + piece.length > bytes.length) return bytes;
  bytes.set(piece, at);
  return bytes;
}

/** The bytes with `removed` of them at `at` replaced by a piece. */
function splice(bytes: Uint8Array, at: number, removed: number, inserted: ArrayLike<number>): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, at + removed));
  const spliced = new Uint8Array(at + inserted.length + rest.length);
  spliced.set(bytes.subarray(0, at));
  spliced.set(inserted, at);
  spliced.set(rest, at + inserted.length);
  return spliced;
}

function piece(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random.integer(0, bytes.length);
  return bytes.subarray(from, from + random.integer(1, LONGEST_PIECE));
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.integer(1, 6) }, () => random.integer(0, 255));
}
