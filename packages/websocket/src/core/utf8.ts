/**
 * UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
 *
 * A state says what the next byte may be; the second byte of some sequences has a narrower
 * range, which is where overlong forms and surrogates are caught.
 */

/** Between two characters: the only state in which a text may end. */
export const UTF8_ACCEPT = 0;
/** A byte was wrong; no continuation can mend it. */
export const UTF8_REJECT = -1;

const ONE_MORE = 1;
const TWO_MORE = 2;
const THREE_MORE = 3;
const AFTER_E0 = 4;
const AFTER_ED = 5;
const AFTER_F0 = 6;
const AFTER_F4 = 7;

/**
 * Checks `bytes[start, end)` as the continuation of a text, and gives the new state.
 *
 * Start with `UTF8_ACCEPT`, carry the state from piece to piece, and end with `UTF8_ACCEPT`. The first
 * byte that cannot belong to any text gives `UTF8_REJECT` at once.
 */
export function validateUtf8(bytes: Uint8Array, start: number, end: number, before: number): number {
  let state = before;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (state === UTF8_ACCEPT) {
      if (byte < 0x80) continue;
      state = afterLead(byte);
    } else {
      state = afterTrail(state, byte);
    }
    if (state === UTF8_REJECT) return UTF8_REJECT;
  }
  return state;
}

function afterLead(byte: number): number {
  if (byte < 0xc2) return UTF8_REJECT;
  if (byte < 0xe0) return ONE_MORE;
  if (byte === 0xe0) return AFTER_E0;
  if (byte === 0xed) return AFTER_ED;
  if (byte < 0xf0) return TWO_MORE;
  if (byte === 0xf0) return AFTER_F0;
  if (byte < 0xf4) return THREE_MORE;
  return byte === 0xf4 ? AFTER_F4 : UTF8_REJECT;
}

function afterTrail(state: number, byte: number): number {
  if ((byte & 0xc0) !== 0x80) return UTF8_REJECT;
  switch (state) {
    case AFTER_E0:
      return byte >= 0xa0 ? ONE_MORE : UTF8_REJECT;
    case AFTER_ED:
      return byte < 0xa0 ? ONE_MORE : UTF8_REJECT;
    case AFTER_F0:
      return byte >= 0x90 ? TWO_MORE : UTF8_REJECT;
    case AFTER_F4:
      return byte < 0x90 ? TWO_MORE : UTF8_REJECT;
    default:
      return state - 1;
  }
}

/**
 * The text of `bytes[start, end)`, which must be valid UTF-8.
 *
 * For short texts such as close reasons; a host decodes messages with its own, native decoder.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let i = start;
  const next = (): number => (bytes[i++] ?? 0) & 0x3f;
  while (i < end) {
    const lead = bytes[i++] ?? 0;
    if (lead < 0x80) text += String.fromCharCode(lead);
    else if (lead < 0xe0) text += String.fromCharCode(((lead & 0x1f) << 6) | next());
    else if (lead < 0xf0) text += String.fromCharCode(((lead & 0x0f) << 12) | (next() << 6) | next());
    else text += String.fromCodePoint(((lead & 0x07) << 18) | (next() << 12) | (next() << 6) | next());
  }
  return text;
}

/** The UTF-8 bytes of a short text; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f));
      bytes.push(0x80 | (code & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}
