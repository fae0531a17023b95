import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { algorithmOf, type TokenAlgorithm } from "./token-algorithms.ts";

/** A key of tokens with the one algorithm that it is for. */
export interface TokenKey {
  /** The `kid` of tokens that are signed with it; undefined: of any that no other key claims. */
  readonly id: string | undefined;
  readonly algorithm: TokenAlgorithm;
  readonly key: KeyObject;
}

/** A key cannot be used. The message says which one and why, and never shows it. */
export class TokenKeyError extends Error {
  override readonly name = "TokenKeyError";
}

/** RFC 7518 §3.2: a key for HS256 has at least as many bits as its hash. */
const MIN_SECRET_BYTES = 32;

const EXPECTED = "RSA of 2048 bits or more (RS256), P-256 (ES256) or Ed25519 (EdDSA)";

/** A secret text as the key that it is. */
export function secretKey(secret: string): TokenKey {
  return { id: undefined, algorithm: "HS256", key: createSecretKey(secret, "utf8") };
}

/**
 * Reads a key from PEM, from a JWK as JSON text, or from the file of that name which holds one of them.
 *
 * For checking tokens give `public`; a private key is refused there, since a server that holds none cannot lose any. Throws a
 * TokenKeyError; `name` is what it calls the key.
 */
export function readKey(text: string, kind: KeyKind, name: string): TokenKey {
  const content = /^\s*(-----BEGIN|\{)/.test(text) ? text : readFile(text.trim(), name);
  return content.trimStart().startsWith("{")
    ? readJwk(parseJwk(content, name), kind, name)
    : tokenKey(undefined, readPem(content, kind, name), name);
}

/** Reads a JWK (RFC 7517). One that says what it is for must be for signatures. Throws a TokenKeyError. */
export function readJwk(jwk: JsonWebKey, kind: KeyKind, name: string): TokenKey {
  const { kid, use, alg } = jwk;
  if (use !== undefined && use !== "sig")
    throw new TokenKeyError(`${name} is not for signatures, as its use says.`);
  const id = typeof kid === "string" && kid !== "" ? kid : undefined;
  const found = tokenKey(
    id,
    jwk.kty === "oct" ? readSecretJwk(jwk, name) : readKeyJwk(jwk, kind, name),
    name,
  );
  if (alg === undefined || alg === found.algorithm) return found;
  throw new TokenKeyError(
    `${name} has another alg than ${found.algorithm}, the only one that is taken with such a key.`,
  );
}

/** Which half of a pair of keys. */
type KeyKind = "public" | "private";

function tokenKey(id: string | undefined, key: KeyObject, name: string): TokenKey {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined)
    throw new TokenKeyError(`${name} is no key for tokens. It must be ${EXPECTED}.`);
  return { id, algorithm, key };
}

function readFile(file: string, name: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TokenKeyError(`${name} cannot be read from its file: ${reason}.`, { cause });
  }
}

function readPem(pem: string, kind: KeyKind, name: string): KeyObject {
  const isPrivate = pem.includes("PRIVATE KEY");
  if (kind === "public" && isPrivate) throw privateKeyGiven(name);
  if (kind === "private" && !isPrivate) throw publicKeyGiven(name);
  return made(name, () => (isPrivate ? createPrivateKey(pem) : createPublicKey(pem)));
}

function readSecretJwk({ k }: JsonWebKey, name: string): KeyObject {
  if (typeof k !== "string") throw new TokenKeyError(`${name} is a JWK of the type oct without k.`);
  const key = createSecretKey(k, "base64url");
  if ((key.symmetricKeySize ?? 0) >= MIN_SECRET_BYTES) return key;
  throw new TokenKeyError(
    `${name} is shorter than the ${MIN_SECRET_BYTES} bytes that HS256 needs (RFC 7518 §3.2).`,
  );
}

function readKeyJwk(jwk: JsonWebKey, kind: KeyKind, name: string): KeyObject {
  if (kind === "public" && jwk.d !== undefined) throw privateKeyGiven(name);
  if (kind === "private" && jwk.d === undefined) throw publicKeyGiven(name);
  const input = { key: jwk, format: "jwk" } as const;
  return made(name, () => (kind === "private" ? createPrivateKey(input) : createPublicKey(input)));
}

function parseJwk(json: string, name: string): JsonWebKey {
  try {
    const jwk: unknown = JSON.parse(json);
    if (isJwk(jwk)) return jwk;
  } catch {
    // What JSON.parse says of a text shows a part of it.
  }
  throw new TokenKeyError(`${name} begins like a JWK and is not valid JSON.`);
}

/** Tells whether a value is an object, of whose members each is looked at before it is used. */
export function isJwk(value: unknown): value is JsonWebKey {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function made(name: string, make: () => KeyObject): KeyObject {
  try {
    return make();
  } catch (cause) {
    throw new TokenKeyError(`${name} is neither PEM nor a JWK of a key that can be used.`, { cause });
  }
}

function privateKeyGiven(name: string): TokenKeyError {
  return new TokenKeyError(
    `${name} is a private key. The server only checks tokens: give it the public key, and keep the private one where tokens are made.`,
  );
}

function publicKeyGiven(name: string): TokenKeyError {
  return new TokenKeyError(`${name} is a public key. Tokens are signed with the private one.`);
}
