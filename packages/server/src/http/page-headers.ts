/** A `Host` header that may be repeated in a policy: a name or address, and a port. */
const PLAIN_HOST = /^[A-Za-z0-9.\-[\]:]{1,255}$/;

/** A `Host` header of a page that is open on the machine where the server runs. */
const LOCAL_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** What a page may do beyond the others. */
interface PageGrants {
  /** Whether it may ask programs on its own machine over HTTP, where the server runs there too. */
  readonly localPrograms?: boolean;
}

/**
 * The headers of an HTML page.
 *
 * Its scripts and styles come from this server alone, and nothing may frame it. Connections go to this server: the sockets are named besides
 * `'self'`, which does not stand for them in every browser.
 */
export function pageHeaders(
  host: string | undefined,
  { localPrograms = false }: PageGrants = {},
): Readonly<Record<string, string>> {
  const sockets = host !== undefined && PLAIN_HOST.test(host) ? ` ws://${host} wss://${host}` : "";
  const programs = localPrograms && host !== undefined && LOCAL_HOST.test(host) ? " http://127.0.0.1:*" : "";
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${sockets}${programs}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    // Names of assets change with their content, so a page must always be asked for again.
    "cache-control": "no-cache",
  };
}

/** Of a file whose name holds a hash of its content. */
export const IMMUTABLE_HEADERS = {
  "cache-control": "public, max-age=31536000, immutable",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Of another file beside the pages. Its name stays when a new version changes it, so it is asked for again. */
export const FILE_HEADERS = {
  "cache-control": "no-cache",
  "cross-origin-resource-policy": "same-origin",
} as const;

/** Of the SDK's script and its parts, which pages of any origin may load. A short life, since its name stays. */
export const SDK_HEADERS = {
  "access-control-allow-origin": "*",
  "cache-control": "public, max-age=300",
  "cross-origin-resource-policy": "cross-origin",
} as const;
