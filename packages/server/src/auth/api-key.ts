import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const GENERATED_BITS = 256;

/** Says that a key is a key, so that scanners find one that was committed, and so do people. */
const GENERATED_PREFIX = "tw_";

/** A key, and what stands for who has it. */
export interface HeldKey<Holder> {
  readonly key: string;
  readonly holder: Holder;
}

/**
 * The keys with which a backend may use the API.
 *
 * A candidate is compared with every key in constant time: both are hashed first, so that neither the length nor a common beginning shows in
 * the time it takes.
 */
export class ApiKeys<Holder> {
  readonly #keys: readonly { readonly hash: Buffer; readonly holder: Holder }[];

  /** At least one key is needed; without any, nothing is ever accepted. */
  constructor(keys: readonly HeldKey<Holder>[]) {
    this.#keys = keys.map(({ key, holder }) => ({ hash: hash(key), holder }));
  }

  /** Who has this key; null when it is none of the keys. */
  holderOf(candidate: string): Holder | null {
    const hashed = hash(candidate);
    let found: Holder | null = null;
    // All of them, also after a hit: which key it was is nobody's business.
    for (const known of this.#keys) if (timingSafeEqual(known.hash, hashed)) found = known.holder;
    return found;
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
