const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Tells whether a JSON text nests arrays and objects deeper than `max` levels.
 *
 * It reads the text once, before it is parsed, so that a megabyte of `[` costs no stack and no memory. Braces within
 * strings do not count. For a text that is not JSON the answer only errs where the parser will refuse it anyway.
 */
export function jsonDepthExceeds(text: string, max: number): boolean {
  if (text.length <= max) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = stringEnd(text, at + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > max) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}

/** The index of the quote that ends the string, or the text's length. */
function stringEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at++;
  }
  return text.length;
}
