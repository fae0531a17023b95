/** `https://*.example.com`, with or without a port; the name after the `*.` has at least two parts. */
const SUBDOMAINS = /^(https?:\/\/)\*((?:\.[a-z0-9-]+){2,}(?::\d{1,5})?)$/;
/** `http://localhost:*` and the like: only this machine's ports may be left open. */
const ANY_PORT = /^(https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])):\*$/;
/** Of apps, such as `capacitor://localhost`. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@*]+$/;
/** What may stand for the `*` of subdomains: one name or several. */
const LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const PORT = /^(?::\d{1,5})?$/;

/**
 * Tells whether a text is an origin in the spelling of the `Origin` header (RFC 6454 §6.1), or a pattern of such.
 *
 * `*` is every origin, `null` that of local files and sandboxed frames.
 */
export function isOriginPattern(text: string): boolean {
  if (text === "*" || text === "null") return true;
  if (!/^https?:/.test(text)) return OWN_SCHEME.test(text);
  const example = exampleOf(text);
  return !example.includes("*") && URL.canParse(example) && new URL(example).origin === example;
}

/** Tells whether one of the patterns covers an origin. Case, ports and schemes count; browsers write all of them in one way. */
export function coversOrigin(patterns: readonly string[], origin: string): boolean {
  return patterns.some((pattern) => covers(pattern, origin));
}

function covers(pattern: string, origin: string): boolean {
  if (pattern === "*" || pattern === origin) return true;
  const [, before, after] = SUBDOMAINS.exec(pattern) ?? [];
  if (before !== undefined && after !== undefined) {
    if (!origin.startsWith(before) || !origin.endsWith(after)) return false;
    return LABELS.test(origin.slice(before.length, -after.length));
  }
  const host = ANY_PORT.exec(pattern)?.[1];
  return host !== undefined && origin.startsWith(host) && PORT.test(origin.slice(host.length));
}

/** One of the origins that a pattern covers; the text itself when it is no pattern. */
function exampleOf(text: string): string {
  const subdomains = SUBDOMAINS.exec(text);
  if (subdomains !== null) return text.replace("*", "www");
  return ANY_PORT.exec(text)?.[1] ?? text;
}
