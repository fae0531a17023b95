/** Powers of 1024, as memory and files are counted. */
const UNITS = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;

/** How a size is written, for programs that check texts themselves, such as editors. */
export const BYTES_PATTERN = "^(\\d{1,15}(?:\\.\\d{1,3})?)\\s?([KkMmGg]?[Bb])$";

const BYTES = new RegExp(BYTES_PATTERN);

/** Reads a size such as `512B`, `64KB`, `16MB` or `1.5GB` as bytes; undefined when it is none or not whole. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit] = BYTES.exec(text) ?? [];
  const name = unit?.toUpperCase();
  if (number === undefined || !isUnit(name)) return undefined;
  const bytes = Number(number) * UNITS[name];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Writes bytes in the largest unit that needs no fraction: 65536 is `64KB`, 1000 is `1000B`. */
export function formatBytes(bytes: number): string {
  const units = Object.entries(UNITS).toReversed();
  const [unit, size] = units.find(([, unitBytes]) => bytes !== 0 && bytes % unitBytes === 0) ?? ["B", 1];
  return `${bytes / size}${unit}`;
}

function isUnit(unit: string | undefined): unit is keyof typeof UNITS {
  return unit !== undefined && unit in UNITS;
}
