/** One element of an extension header: a name and its parameters, in order. */
export interface ExtensionOffer {
  readonly name: string;
  /** A parameter without a value has `true`. Names keep their order and their repetitions. */
  readonly parameters: readonly (readonly [name: string, value: string | true])[];
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether the text is an HTTP token (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The elements of a comma-separated list; empty elements are dropped (RFC 9110 §5.6.1). */
export function splitList(header: string): string[] {
  return splitOutsideQuotes(header, ",").filter((element) => element !== "");
}

/**
 * Reads a `Sec-WebSocket-Extensions` header, or gives undefined if its syntax is wrong.
 *
 * A quoted value must be a token once unquoted (RFC 6455 §9.1).
 */
export function parseExtensions(header: string): ExtensionOffer[] | undefined {
  const offers: ExtensionOffer[] = [];
  for (const element of splitList(header)) {
    const [name = "", ...rest] = splitOutsideQuotes(element, ";");
    if (!isToken(name)) return undefined;
    const parameters: [string, string | true][] = [];
    for (const parameter of rest) {
      const parsed = parseParameter(parameter);
      if (parsed === undefined) return undefined;
      parameters.push(parsed);
    }
    offers.push({ name, parameters });
  }
  return offers;
}

function parseParameter(text: string): [string, string | true] | undefined {
  const equals = text.indexOf("=");
  if (equals < 0) return isToken(text) ? [text, true] : undefined;
  const name = text.slice(0, equals).trim();
  const value = unquote(text.slice(equals + 1).trim());
  return isToken(name) && isToken(value) ? [name, value] : undefined;
}

/** The inside of a quoted string; any other text, and a quote that does not close, stay as they are. */
function unquote(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, "$1");
}

/** Splits at a separator and trims; inside a quoted string the separator is an ordinary character. */
function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
