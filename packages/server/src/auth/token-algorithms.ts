import type { KeyObject } from "node:crypto";

/** How a token may be signed (RFC 7518 §3.1, RFC 8037 §3.1). There is no `none`. */
export type TokenAlgorithm = "HS256" | "RS256" | "ES256" | "EdDSA";

/** RFC 7518 §3.3. */
const MIN_RSA_BITS = 2048;

/** Tells whether a token's `alg` is one that is taken at all. */
export function isTokenAlgorithm(text: unknown): text is TokenAlgorithm {
  return text === "HS256" || text === "RS256" || text === "ES256" || text === "EdDSA";
}

/**
 * The one algorithm that a key is for; undefined when it is for none of them.
 *
 * The key decides and never the token: else a token signed with HS256 and a public key as its secret would be taken where RS256 is meant.
 */
export function algorithmOf(key: KeyObject): TokenAlgorithm | undefined {
  if (key.type === "secret") return "HS256";
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "rsa" && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) return "RS256";
  if (type === "ec" && details?.namedCurve === "prime256v1") return "ES256";
  return type === "ed25519" ? "EdDSA" : undefined;
}
