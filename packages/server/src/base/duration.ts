const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** How a duration is written, for programs that check texts themselves, such as editors. */
export const DURATION_PATTERN = "^(\\d{1,15}(?:\\.\\d{1,3})?)\\s?(ms|s|m|h|d)$";

const DURATION = new RegExp(DURATION_PATTERN);

/**
 * Reads a duration such as `250ms`, `90s`, `10m`, `24h` or `7d` as milliseconds; undefined when it is none.
 *
 * One number with one unit; the result must be a whole number of milliseconds.
 */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = DURATION.exec(text) ?? [];
  if (number === undefined || !isUnit(unit)) return undefined;
  // Rounded, since 1.1 * 1000 is not whole in binary; what does not come back exactly had too many digits.
  const scaled = Number(number) * UNITS_MS[unit];
  const whole = Math.round(scaled);
  return Math.abs(scaled - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : undefined;
}

/** Writes milliseconds in the largest unit that needs no fraction: 86400000 is `1d`, 1500 is `1500ms`. */
export function formatDuration(durationMs: number): string {
  const units = Object.entries(UNITS_MS).toReversed();
  const [unit, unitMs] = units.find(([, size]) => durationMs !== 0 && durationMs % size === 0) ?? ["ms", 1];
  return `${durationMs / unitMs}${unit}`;
}

function isUnit(unit: string | undefined): unit is keyof typeof UNITS_MS {
  return unit !== undefined && unit in UNITS_MS;
}
