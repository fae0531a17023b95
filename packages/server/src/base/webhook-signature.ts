import { createHmac } from "node:crypto";

const SECRET = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/;

/** As the Standard Webhooks specification recommends them, in bytes. */
const SECRET_BYTES = { min: 24, max: 64 } as const;

/** Says whether a text is a secret as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in base64. */
export function isWebhookSecret(text: string): boolean {
  const bytes = bytesOf(text).length;
  return bytes >= SECRET_BYTES.min && bytes <= SECRET_BYTES.max;
}

/**
 * The headers by which a backend knows that a request is this server's (https://www.standardwebhooks.com).
 *
 * The signature covers id, time and body. There is one for each secret, so that a backend may change to another secret at its own time;
 * without secrets the request says its id and its time, and proves nothing.
 */
export function webhookHeaders(
  id: string,
  nowMs: number,
  body: Uint8Array,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp };
  if (secrets.length === 0) return headers;
  const signatures = secrets.map((secret) => {
    const hmac = createHmac("sha256", bytesOf(secret)).update(`${id}.${timestamp}.`).update(body);
    return `v1,${hmac.digest("base64")}`;
  });
  return { ...headers, "webhook-signature": signatures.join(" ") };
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(SECRET.exec(secret)?.[1] ?? "", "base64");
}
