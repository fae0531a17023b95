/** One page of names and, when there may be more, where the next one goes on. */
export interface NamePage {
  readonly names: readonly string[];
  readonly cursor: string | undefined;
}

/** Names looked at for one page: a rare pattern gets short pages rather than a long wait for everybody. */
export const MAX_SCANNED_NAMES = 10_000;

/** Which names are wanted. */
export interface NameFilter {
  /** Every wanted name begins with it. */
  readonly prefix: string;
  readonly matches: (name: string) => boolean;
}

/**
 * Merges two ascending lists of names into one page of those that are wanted.
 *
 * Each list holds the `scanned` smallest names of its source after the cursor and not before the prefix, or all that there are. The
 * page ends after `limit` names, or where one of the sources was not read further; then there is a cursor.
 */
export function pageOfNames(
  sources: readonly [readonly string[], readonly string[]],
  scanned: number,
  limit: number,
  { prefix, matches }: NameFilter,
): NamePage {
  const merged = [...new Set([...sources[0], ...sources[1]])].toSorted();
  // Beyond the first `scanned` names of both together, one of the sources may have had others in between.
  const known = merged.slice(0, scanned);
  const names: string[] = [];
  for (const name of known) {
    if (!name.startsWith(prefix)) return { names, cursor: undefined };
    if (names.length === limit) return { names, cursor: names.at(-1) };
    if (matches(name)) names.push(name);
  }
  const isCut = merged.length > scanned || sources.some((source) => source.length === scanned);
  return { names, cursor: isCut ? known.at(-1) : undefined };
}

/**
 * The greatest name that comes before every name with this prefix; the empty text for an empty prefix.
 *
 * `~` is no character of channel names, and comes after all of them.
 */
export function justBefore(prefix: string): string {
  if (prefix === "") return "";
  return `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) - 1)}~`;
}

/** What every name that matches a channel pattern begins with. */
export function literalPrefix(pattern: string): string {
  const [literal = ""] = pattern.split("*", 1);
  if (literal === pattern || !pattern.endsWith("**")) return literal;
  // chat.** also matches chat.
  return /[.:/]$/.test(literal) && pattern.length === literal.length + 2 ? literal.slice(0, -1) : literal;
}
