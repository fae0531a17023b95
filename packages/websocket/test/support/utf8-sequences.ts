/** A byte sequence and whether it is UTF-8. */
interface Utf8Sequence {
  readonly bytes: Buffer;
  readonly valid: boolean;
}

/** Sequences with a common theme. */
export interface Utf8Group {
  readonly name: string;
  readonly sequences: readonly Utf8Sequence[];
}

/** The Greek word κόσμε, its second letter in the three-byte form. */
const KOSME = Buffer.from("\u03ba\u1f79\u03c3\u03bc\u03b5");

/** Numbers from `from` up to, but without, `to`. */
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const valid = (...lines: string[]): Utf8Sequence[] =>
  lines.map((line) => ({ bytes: fromHex(line), valid: true }));
const invalid = (...lines: string[]): Utf8Sequence[] =>
  lines.map((line) => ({ bytes: fromHex(line), valid: false }));
const around = (character: string): string => Buffer.from(`hello${character}world`).toString("hex");

function fromHex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(" ", ""), "hex");
}

const INCOMPLETE = [
  "c0",
  "e080",
  "f08080",
  "f8808080",
  "fc80808080",
  "df",
  "efbf",
  "f7bfbf",
  "fbbfbfbf",
  "fdbfbfbfbf",
];

/** U+nFFFE and U+nFFFF of every plane but the first: not characters, and yet valid. */
const PLANE_ENDS = range(1, 17).flatMap((plane) =>
  [0xfffe, 0xffff].map((low) => Buffer.from(String.fromCodePoint(plane * 0x10000 + low)).toString("hex")),
);

/**
 * Groups 6.5 to 6.23 of the Autobahn list, in its order, after Markus Kuhn's decoder stress test.
 */
export const UTF8_SEQUENCES: readonly Utf8Group[] = [
  {
    name: "some valid text",
    sequences: valid(...["$", "¢", "€", "\u{24b62}"].map(around), KOSME.toString("hex")),
  },
  {
    name: "prefixes of a valid text",
    // A prefix is valid where a character ends: after 2, 5, 7, 9 and 11 bytes.
    sequences: range(1, KOSME.length + 1).map((length) => ({
      bytes: KOSME.subarray(0, length),
      valid: [2, 5, 7, 9, 11].includes(length),
    })),
  },
  { name: "first sequence of a length", sequences: valid("00", "c280", "e0a080", "f0908080") },
  { name: "first sequence of five and six bytes", sequences: invalid("f888808080", "fc8480808080") },
  { name: "last sequence of a length", sequences: valid("7f", "dfbf", "efbfbf", "f48fbfbf") },
  {
    name: "last sequence of four, five and six bytes",
    sequences: invalid("f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"),
  },
  {
    name: "other boundaries",
    sequences: [...valid("ed9fbf", "ee8080", "efbfbd", "f48fbfbf"), ...invalid("f4908080")],
  },
  {
    name: "unexpected continuation bytes",
    sequences: invalid(
      "80",
      "bf",
      "80bf",
      "80bf80",
      "80bf80bf",
      "80bf80bf80",
      "80bf80bf80bf",
      Buffer.from(range(0x80, 0xbf)).toString("hex"),
    ),
  },
  {
    name: "lonely start bytes",
    sequences: [
      [0xc0, 0xdf],
      [0xe0, 0xef],
      [0xf0, 0xf7],
      [0xf8, 0xfb],
      [0xfc, 0xfd],
    ].map(([from = 0, to = 0]) => ({
      bytes: Buffer.from(range(from, to).flatMap((start) => [start, 0x20])),
      valid: false,
    })),
  },
  { name: "the last continuation byte missing", sequences: invalid(...INCOMPLETE) },
  { name: "incomplete sequences in a row", sequences: invalid(INCOMPLETE.join("")) },
  { name: "impossible bytes", sequences: invalid("fe", "ff", "fefeffff") },
  {
    name: "an overlong slash",
    sequences: invalid("c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"),
  },
  {
    name: "the longest overlong sequences",
    sequences: invalid("c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"),
  },
  {
    name: "an overlong NUL",
    sequences: invalid("c080", "e08080", "f0808080", "f880808080", "fc8080808080"),
  },
  {
    name: "single surrogates",
    sequences: invalid("eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"),
  },
  {
    name: "paired surrogates",
    sequences: invalid(
      "eda080edb080",
      "eda080edbfbf",
      "edadbfedb080",
      "edadbfedbfbf",
      "edae80edb080",
      "edae80edbfbf",
      "edafbfedb080",
      "edafbfedbfbf",
    ),
  },
  { name: "code points that are no characters", sequences: valid("efbfbe", "efbfbf", ...PLANE_ENDS) },
  {
    name: "Unicode specials",
    sequences: valid("efbfb9", "efbfba", "efbfbb", "efbfbc", "efbfbd", "efbfbe", "efbfbf"),
  },
];
