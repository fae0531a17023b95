/** Where a JSON value stands in a text: from `start` up to, and not including, `end`. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

/** A text that `JSON.parse` has accepted. What is not JSON must not come here. */
export interface JsonText {
  readonly text: string;
  /** Where the value in question begins; white space before it is skipped. */
  readonly at: number;
}

/**
 * Finds a member of the object that begins at `at`; undefined when there is none.
 *
 * Of several members with one name it is the last, which is the one that `JSON.parse` keeps.
 */
export function memberSpan({ text, at }: JsonText, name: string): JsonSpan | undefined {
  let found: JsonSpan | undefined;
  let cursor = afterSpace(text, afterSpace(text, at) + 1);
  while (text.charCodeAt(cursor) === QUOTE) {
    const keyEnd = afterString(text, cursor);
    const key = text.slice(cursor, keyEnd);
    const start = afterSpace(text, afterSpace(text, keyEnd) + 1);
    const end = afterValue(text, start);
    if (isName(key, name)) found = { start, end };
    cursor = afterComma(text, end);
  }
  return found;
}

/** Where each element of the array that begins at `at` stands. */
export function elementSpans({ text, at }: JsonText): readonly JsonSpan[] {
  const spans: JsonSpan[] = [];
  let start = afterSpace(text, afterSpace(text, at) + 1);
  while (start < text.length && text.charCodeAt(start) !== CLOSE_BRACKET) {
    const end = afterValue(text, start);
    spans.push({ start, end });
    start = afterComma(text, end);
  }
  return spans;
}

/**
 * Cuts a value out of its text as a text of its own, without white space between tokens.
 *
 * Numbers keep all of their digits, and the result holds no line feed, so it fits on one line of any protocol. It does not
 * keep the text that it came from alive.
 */
export function cutJson(text: string, { start, end }: JsonSpan): string {
  let compact = "";
  let from = start;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = afterString(text, at) - 1;
    } else if (isSpace(unit)) {
      compact += text.slice(from, at);
      from = at + 1;
    }
  }
  // A slice of a string holds on to the whole of it: a small message would keep a batch of a megabyte in memory. Slicing
  // a concatenation copies it first.
  return ` ${compact}${text.slice(from, end)}`.slice(1);
}

/** Cuts out a member of the object that begins at `at`, as `cutJson` does; undefined when there is none. */
export function memberJson(json: JsonText, name: string): string | undefined {
  const span = memberSpan(json, name);
  return span === undefined ? undefined : cutJson(json.text, span);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;

function isName(quoted: string, name: string): boolean {
  if (!quoted.includes("\\")) return quoted.length === name.length + 2 && quoted.startsWith(name, 1);
  return JSON.parse(quoted) === name;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

function afterSpace(text: string, at: number): number {
  let cursor = at;
  while (isSpace(text.charCodeAt(cursor))) cursor++;
  return cursor;
}

/** The start of the next member or element; of the closing bracket when there is none. */
function afterComma(text: string, at: number): number {
  const cursor = afterSpace(text, at);
  return text.charCodeAt(cursor) === COMMA ? afterSpace(text, cursor + 1) : cursor;
}

/** The index after the string whose opening quote is at `at`. */
function afterString(text: string, at: number): number {
  let cursor = at + 1;
  for (; cursor < text.length; cursor++) {
    const unit = text.charCodeAt(cursor);
    if (unit === QUOTE) return cursor + 1;
    if (unit === BACKSLASH) cursor++;
  }
  return text.length;
}

function afterValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = afterString(text, at) - 1;
        if (depth === 0) return at + 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        break;
      case CLOSE_BRACKET:
      case 0x7d: // }
        depth--;
        if (depth === 0) return at + 1;
        // The bracket belongs to what surrounds a number or a word.
        if (depth < 0) return at;
        break;
      case COMMA:
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        if (depth === 0) return at;
        break;
    }
  }
  return text.length;
}
