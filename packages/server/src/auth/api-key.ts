import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const GENERATED_BITS = 256;

/** Says that a key is a key, so that scanners find one that was committed, and so do people. */
const GENERATED_PREFIX = "tw_";

/** A key, and what stands for who has it. */
export interface HeldKey<Holder> {
  readonly key: string;
  readonly holder: Holder;
}

/** So many bytes are compared, however long the keys are: one for the length, and the key or its hash. */
const FORM_BYTES = 256;
/** Stands in the place of the length where the hash stands in the place of the key. */
const HASHED = 255;

/**
 * The keys with which a backend may use the API.
 *
 * A candidate is compared with every key in constant time, in a form of fixed size, so that neither the length nor a common beginning shows
 * in the time it takes. Hashing both would do the same for ten times the cost, a tenth of a publish over raw TCP.
 */
export class ApiKeys<Holder> {
  readonly #keys: readonly { readonly form: Buffer; readonly holder: Holder }[];
  readonly #candidate: Buffer = Buffer.alloc(FORM_BYTES);

  /** At least one key is needed; without any, nothing is ever accepted. */
  constructor(keys: readonly HeldKey<Holder>[]) {
    this.#keys = keys.map(({ key, holder }) => ({ form: writeForm(key, Buffer.alloc(FORM_BYTES)), holder }));
  }

  /** Who has this key; null when it is none of the keys. */
  holderOf(candidate: string): Holder | null {
    const form = writeForm(candidate, this.#candidate);
    let found: Holder | null = null;
    // All of them, also after a hit: which key it was is nobody's business.
    for (const known of this.#keys) if (timingSafeEqual(known.form, form)) found = known.holder;
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

/** Writes the form in which keys are compared: no two keys share one, unless their hashes collide. */
function writeForm(key: string, form: Buffer): Buffer {
  form.fill(0);
  const bytes = Buffer.byteLength(key);
  if (bytes < HASHED) {
    form[0] = bytes;
    form.write(key, 1);
  } else {
    form[0] = HASHED;
    createHash("sha256").update(key).digest().copy(form, 1);
  }
  return form;
}
