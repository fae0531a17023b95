import { createHash } from "node:crypto";

/** What is kept or shown of a session in the place of its id, which is a secret. */
export function sessionHash(sessionId: string): string {
  return createHash("sha256").update(sessionId).digest("base64url");
}
