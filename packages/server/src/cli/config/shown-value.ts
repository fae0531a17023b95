import type { Setting } from "../../config/settings.ts";

/** What stands in the place of a secret. */
const MASK = "(secret)";

/**
 * A setting's value, in the form of the file, as it may be shown.
 *
 * Secrets are masked, and so are the queries of URLs, in which people keep some.
 */
export function shownValue({ facts }: Setting, written: unknown): unknown {
  if (facts.secret !== true) return withoutQueries(written);
  return Array.isArray(written) && written.length === 0 ? written : MASK;
}

/** Writes a shown value in a table: what needs no quotes in the file has none. */
export function valueCell(value: unknown): string {
  const isPlain = typeof value === "string" && (value === MASK || /^[\w./:@*-][\w ./:@*?=-]*$/.test(value));
  return isPlain ? value : JSON.stringify(value);
}

function withoutQueries(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/^(https?:\/\/[^?\s]*)\?.+$/s, "$1?…");
  if (Array.isArray(value)) return value.map(withoutQueries);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutQueries(inner)]));
}
