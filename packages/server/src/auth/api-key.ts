import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const GENERATED_BITS = 256;

/** Says that a key is a key, so that scanners find one that was committed, and so do people. */
const GENERATED_PREFIX = "tw_";

/**
 * The keys with which a backend may use the API.
 *
 * A candidate is compared with every key in constant time: both are hashed first, so that neither the length nor a common beginning shows in
 * the time it takes.
 */
export class ApiKeys {
  readonly #hashes: readonly Buffer[];

  /** At least one key is needed; without any, nothing is ever accepted. */
  constructor(keys: readonly string[]) {
    this.#hashes = keys.map(hash);
  }

  /** Tells whether the candidate is one of the keys. */
  accepts(candidate: string): boolean {
    const hashed = hash(candidate);
    let accepted = false;
    // All of them, also after a hit: which key it was is nobody's business.
    for (const known of this.#hashes) accepted = timingSafeEqual(known, hashed) || accepted;
    return accepted;
  }
}

/** Makes a key that cannot be guessed: `tw_` and 43 characters of base64url. */
export function generateApiKey(): string {
  return GENERATED_PREFIX + randomBytes(GENERATED_BITS / 8).toString("base64url");
}

/** The credentials of `Authorization: Bearer …` (RFC 6750 §2.1); undefined when there are none. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? "")?.[1];
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
