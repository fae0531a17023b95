import { channelNameProblem } from "./channel.ts";
import { MAX_PATTERN_LENGTH } from "./limits.ts";

const SEPARATORS = /[.:/]/;
const ANY_REST = "**";
const ONE_SEGMENT = "*";
const ANY_INBOX = "@*";

/**
 * Says what is wrong with a channel pattern and what to do; undefined when it is one.
 *
 * A pattern is a channel name in which whole segments may be `*` (one segment) and the last one `**` (any rest, also
 * none: `chat.**` matches `chat`). Separators match themselves. `@*` matches every user inbox.
 */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === "") return "A pattern must not be empty. Use ** to match every channel.";
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return `A pattern has at most ${MAX_PATTERN_LENGTH} characters; this one has ${pattern.length}.`;
  }
  const segments = pattern.split(SEPARATORS);
  if (segments.includes("")) return "A pattern must not have an empty segment.";
  if (segments.slice(0, -1).includes(ANY_REST)) return "** matches any rest, so it must be the last segment.";
  if (segments.some(isPartialWildcard)) return "* stands for a whole segment, with nothing beside it.";
  // What remains must be a channel name when a segment stands in for each wildcard.
  return channelNameProblem(pattern.replace(/\*+/g, "x"));
}

/**
 * Makes a function that tells whether a channel name matches the pattern.
 *
 * It takes time linear in the length of the name, whatever the pattern. Throws a RangeError for what `patternProblem`
 * names. Inboxes match like other names: what a pattern may grant on them is the caller's decision.
 */
export function compilePattern(pattern: string): (channel: string) => boolean {
  const problem = patternProblem(pattern);
  if (problem !== undefined) throw new RangeError(problem);
  if (pattern === ANY_REST) return () => true;
  if (!pattern.includes("*")) return (channel) => channel === pattern;
  const open = pattern.endsWith(ANY_REST);
  // "chat.**" is the pieces of "chat", then nothing more or the separator "." with anything after it.
  const restSeparator = open ? pattern.charAt(pattern.length - ANY_REST.length - 1) : "";
  const pieces = splitAtWildcards(open ? pattern.slice(0, -ANY_REST.length - 1) : pattern);
  return (channel) => {
    const end = matchPieces(pieces, channel);
    return end === channel.length || (open && end > 0 && channel.charAt(end) === restSeparator);
  };
}

/** Tells whether a text that names channels means a pattern: `*` is in no channel name. */
export function isPattern(text: string): boolean {
  return text.includes("*");
}

/**
 * Tells whether every channel that `inner` matches is matched by `outer`, too. Both are patterns or channel names.
 *
 * What begins with `@` covers only what is spelt like it, and is covered only so: nothing widens an inbox.
 */
export function patternCovers(outer: string, inner: string): boolean {
  if (outer.startsWith("@") || inner.startsWith("@")) return outer === inner;
  const wide = separatedSegments(outer);
  const narrow = separatedSegments(inner);
  for (const [index, segment] of wide.entries()) {
    const other = narrow[index];
    // Any rest, also none; but where there is one, it must begin with the same separator.
    if (segment.endsWith(ANY_REST)) return other === undefined || separatorOf(other) === separatorOf(segment);
    if (other === undefined || other.endsWith(ANY_REST)) return false;
    const isCovered = segment.endsWith(ONE_SEGMENT)
      ? separatorOf(other) === separatorOf(segment)
      : other === segment;
    if (!isCovered) return false;
  }
  return narrow.length === wide.length;
}

/** The longest text with which every channel begins that the pattern matches. */
export function patternPrefix(pattern: string): string {
  const [literal = ""] = pattern.split(ONE_SEGMENT);
  // "chat.**" matches "chat", too.
  return pattern.endsWith(ANY_REST) && literal.length === pattern.length - ANY_REST.length
    ? literal.slice(0, -1)
    : literal;
}

/** Each segment with the separator before it; the first has none. */
const SEPARATED = /[.:/]?[^.:/]+/g;

function separatorOf(separated: string): string {
  return SEPARATORS.test(separated.charAt(0)) ? separated.charAt(0) : "";
}

/** Splits a name or a pattern into its segments, each with the separator before it: `a.b` is `["a", ".b"]`. */
export function separatedSegments(text: string): readonly string[] {
  return text.match(SEPARATED) ?? [];
}

function isPartialWildcard(segment: string, index: number): boolean {
  if (!segment.includes("*") || segment === ONE_SEGMENT || segment === ANY_REST) return false;
  return index > 0 || segment !== ANY_INBOX;
}

/** Literal texts with one `*` between each two: `a.*.b` is `["a.", ".b"]`. */
function splitAtWildcards(pattern: string): readonly string[] {
  return pattern.split(ONE_SEGMENT);
}

/** Returns where the pieces end in the channel, which is a segment's end; -1 when they do not match. */
function matchPieces(pieces: readonly string[], channel: string): number {
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) {
      const end = segmentEnd(channel, at);
      if (end === at) return -1;
      at = end;
    }
    if (!channel.startsWith(piece, at)) return -1;
    at += piece.length;
  }
  return at;
}

function segmentEnd(channel: string, from: number): number {
  for (let at = from; at < channel.length; at++) {
    const character = channel.charAt(at);
    if (character === "." || character === ":" || character === "/") return at;
  }
  return channel.length;
}
