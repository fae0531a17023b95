/** Names under which somebody might log a secret, in lower case and without separators. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "key",
  "keys",
  "apikey",
  "apikeys",
  "token",
  "session",
  "sessionid",
  "tidewiresession",
  "authorization",
  "cookie",
  "setcookie",
  "password",
  "secret",
]);

/** Secrets inside texts: parameters of a URL, and what follows `Bearer`. */
const SECRET_PARAMETER = /([?&;](?:key|token|session|authorization)=)[^&;#\s"]+/gi;
const BEARER = /\b(Bearer\s+)\S+/gi;

const REPLACEMENT = "[redacted]";

/** Deeper than any event of the server's; below, nothing is shown rather than something unseen. */
const MAX_DEPTH = 6;

/**
 * Copies what is to be logged without the secrets in it.
 *
 * Values under the name of a secret are replaced, wherever they are; so are secrets in URLs and after `Bearer`. Errors become
 * plain objects with type, message, code, stack and cause.
 */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactEntries(Object.entries(fields), 0);
}

/** The text without secrets in URLs and after `Bearer`. */
export function redactText(text: string): string {
  return text.replace(SECRET_PARAMETER, `$1${REPLACEMENT}`).replace(BEARER, `$1${REPLACEMENT}`);
}

function redactEntries(
  entries: readonly (readonly [string, unknown])[],
  depth: number,
): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isSecret(name) ? REPLACEMENT : redactValue(value, depth)]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[too deep]";
  if (value instanceof Error) return redactEntries(partsOf(value), depth + 1);
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, depth + 1));
  return redactEntries(Object.entries(value), depth + 1);
}

function partsOf(error: Error): readonly (readonly [string, unknown])[] {
  const code: unknown = Reflect.get(error, "code");
  const parts = { type: error.name, message: error.message, code, stack: error.stack, cause: error.cause };
  return Object.entries(parts).filter(([, value]) => value !== undefined);
}

function isSecret(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replace(/[^a-z]/g, ""));
}
