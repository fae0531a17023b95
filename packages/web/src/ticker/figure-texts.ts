import type { Figures } from "./meter.ts";

/** What is compared, in this order. */
export const FIGURES = ["requests", "bytes", "stale", "cpu"] as const;

export type FigureName = (typeof FIGURES)[number];

/** What stands where nothing was measured. */
const NONE = "–";

const KILOBYTE = 1000;
const MEGABYTE = 1_000_000;

/** A figure with its unit, as the language writes it. */
export function figureText(name: FigureName, figures: Figures | undefined, language: string): string {
  if (figures === undefined) return NONE;
  const { requests, bytesPerSecond, staleMs, cpuShare } = figures;
  switch (name) {
    case "requests":
      return new Intl.NumberFormat(language).format(requests);
    case "bytes":
      return bytesPerSecond === undefined ? NONE : `${bytesText(bytesPerSecond, language)}/s`;
    case "stale":
      return staleMs === undefined ? NONE : `${digits(staleMs / 1000, 2, language)} s`;
    case "cpu":
      return cpuShare === undefined ? NONE : `${digits(cpuShare * 100, 1, language)} %`;
  }
}

/** A number of bytes in the unit that fits. */
export function bytesText(bytes: number, language: string): string {
  if (bytes < KILOBYTE) return `${digits(bytes, 0, language)} B`;
  if (bytes < MEGABYTE) return `${digits(bytes / KILOBYTE, 1, language)} kB`;
  return `${digits(bytes / MEGABYTE, 1, language)} MB`;
}

function digits(value: number, fraction: number, language: string): string {
  const options = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  return new Intl.NumberFormat(language, options).format(value);
}
