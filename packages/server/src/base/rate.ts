import { parseBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";

/** `count` uses in every `perMs` milliseconds, with bursts up to `count`. */
export interface Rate {
  readonly count: number;
  readonly perMs: number;
}

const RATE = /^([^/]+)\/(.+)$/;

/** What is counted: things, or bytes. */
export type RateUnit = "count" | "bytes";

/** Reads a rate such as `200/s`, `1000/10s` or, of bytes, `2MB/s`; undefined when it is none. */
export function parseRate(text: string, unit: RateUnit): Rate | undefined {
  const [, amount = "", time = ""] = RATE.exec(text) ?? [];
  const count = unit === "bytes" ? parseBytes(amount) : parseCount(amount);
  const perMs = parseDuration(/^\d/.test(time) ? time : `1${time}`);
  if (count === undefined || perMs === undefined || count < 1 || perMs < 1) return undefined;
  return { count, perMs };
}

function parseCount(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}
