/**
 * Below this many bytes a view over whole words costs more than it saves.
 * `bench/websocket-parse.ts` measures it.
 */
const WORDS_PAY_FROM_BYTES = 48;

const LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Masks or unmasks `bytes[start, end)` in place (RFC 6455 §5.3).
 *
 * `key` holds the four key bytes, the first on the wire in the highest bits. `phase` is how many
 * payload bytes came before `start`, so that a payload may be treated piece by piece.
 */
export function applyMask(bytes: Uint8Array, start: number, end: number, key: number, phase: number): void {
  let turned = rotateLeft(key, (phase & 3) * 8);
  let i = start;
  if (end - start >= WORDS_PAY_FROM_BYTES) {
    while (((bytes.byteOffset + i) & 3) !== 0) {
      bytes[i] = (bytes[i] ?? 0) ^ (turned >>> 24);
      turned = rotateLeft(turned, 8);
      i++;
    }
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + i, (end - i) >>> 2);
    const word = LITTLE_ENDIAN ? reverseBytes(turned) : turned;
    for (let w = 0; w < words.length; w++) words[w] = (words[w] ?? 0) ^ word;
    i += words.length * 4;
  }
  for (; i < end; i++) {
    bytes[i] = (bytes[i] ?? 0) ^ (turned >>> 24);
    turned = rotateLeft(turned, 8);
  }
}

function rotateLeft(word: number, bits: number): number {
  return bits === 0 ? word : (word << bits) | (word >>> (32 - bits));
}

function reverseBytes(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
