import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A secret as long as HS256 asks for. */
export const SECRET = "a secret of the tests, 32 characters or more";

/** Pairs of keys for each algorithm that has some, made once. */
export const PAIRS = {
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: generateKeyPairSync("ed25519"),
} as const;

/** A public key as an operator writes it into the configuration. */
export function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

/** Seconds since 1970, this many seconds from now. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** How a token is made, where a test wants it otherwise. */
export interface TokenMaking {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly secret?: string | Buffer;
  readonly key?: KeyObject;
}

/** A token with these claims that ends in an hour unless they say otherwise; HS256 with {@link SECRET} unless told. */
export function tokenOf(claims: Readonly<Record<string, unknown>>, making: TokenMaking = {}): string {
  return signedToken(JSON.stringify({ exp: inSeconds(3600), ...claims }), making);
}

/**
 * A token with this payload, word for word, made with nothing but what RFC 7515 says.
 *
 * Not by the library that the server checks tokens with, so that they cannot be wrong together.
 */
export function signedToken(payload: string, { header, secret, key }: TokenMaking = {}): string {
  const alg = key === undefined ? "HS256" : algorithmOf(key);
  const head = part(JSON.stringify({ alg, typ: "JWT", ...header }));
  const signed = `${head}.${part(payload)}`;
  return `${signed}.${(key === undefined ? hmac(signed, secret ?? SECRET) : signature(signed, key)).toString("base64url")}`;
}

function part(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function hmac(text: string, secret: string | Buffer): Buffer {
  return createHmac("sha256", createSecretKey(Buffer.from(secret)))
    .update(text)
    .digest();
}

function algorithmOf(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return "RS256";
  return key.asymmetricKeyType === "ec" ? "ES256" : "EdDSA";
}

function signature(text: string, key: KeyObject): Buffer {
  const hash = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return sign(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
}
