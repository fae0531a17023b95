/** Bytes that compress like a kind of document. */
export interface CompressionData {
  readonly name: string;
  readonly opcode: 1 | 2;
  readonly bytes: Buffer;
}

const SIZE = 160 * 1024;
const WORDS =
  "die Welt der Sterne fließt über graue Dächer und niemand weiß warum Licht so leise fällt".split(" ");

/** A small generator of the same numbers every time (a linear congruence). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function text(piece: (random: () => number, i: number) => string): Buffer {
  const random = createRandom(7);
  let all = "";
  for (let i = 0; all.length < SIZE; i++) all += piece(random, i);
  return Buffer.from(all);
}

const word = (random: () => number): string => WORDS[Math.floor(random() * WORDS.length)] ?? "";

/** The five kinds of data that Autobahn's group 12 compresses: prose, a bitmap, a PDF, JSON and HTML. */
export const COMPRESSION_DATA: readonly CompressionData[] = [
  { name: "prose", opcode: 2, bytes: text((random) => `${word(random)}${random() < 0.1 ? ".\n" : " "}`) },
  {
    name: "a bitmap",
    opcode: 2,
    bytes: Buffer.from(
      Uint8Array.from({ length: SIZE }, (_, i) => 128 + 100 * Math.sin(i / 40) + ((i * 7) % 5)),
    ),
  },
  {
    name: "a document already compressed",
    opcode: 2,
    bytes: ((random) => Buffer.from(Uint8Array.from({ length: SIZE }, () => random() * 256)))(
      createRandom(3),
    ),
  },
  {
    name: "JSON",
    opcode: 1,
    bytes: text((random, i) => `{"id":${i},"name":"${word(random)}","price":${random().toFixed(4)}},\n`),
  },
  {
    name: "HTML",
    opcode: 1,
    bytes: text((random, i) => `<li class="item-${i % 7}">${word(random)} ${word(random)}</li>\n`),
  },
];

/** The n-th message of a length from the data, which begins anew when it is used up; texts are cut at characters. */
export function messageOf(data: CompressionData, length: number, n: number): Buffer {
  const start = (n * length) % data.bytes.length;
  const doubled = Buffer.concat([data.bytes.subarray(start), data.bytes]).subarray(0, length);
  return data.opcode === 1
    ? Buffer.from(doubled.toString("latin1").replace(/[^\x20-\x7e]/g, "?"))
    : Buffer.from(doubled);
}
