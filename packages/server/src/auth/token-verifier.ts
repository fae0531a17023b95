import { MAX_TOKEN_LENGTH, Problem } from "@tidewire/protocol";
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../base/clock.ts";
import type { AuthConfig } from "../config/config.ts";
import type { Identity } from "../core/identity.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { SharedGrants } from "../core/channel-grants.ts";
import { keysFor } from "./keys-for.ts";
import type { TokenKey } from "./read-key.ts";
import type { RemoteKeys } from "./remote-keys.ts";
import { isTokenAlgorithm, type TokenAlgorithm } from "./token-algorithms.ts";
import { readClaims } from "./token-claims.ts";

/** What tokens are checked against. */
export interface TokenVerifierOptions extends Pick<AuthConfig, "issuer" | "audience" | "clockToleranceMs"> {
  readonly keys: readonly TokenKey[];
  /** Keys that somebody else publishes; null: none. */
  readonly remoteKeys: RemoteKeys | null;
  readonly clock: Clock;
}

/** A header that may be looked at for a key. */
interface TokenHeader {
  readonly algorithm: TokenAlgorithm;
  readonly keyId: string | undefined;
}

/** What one key says of a token; null: it did not sign it. */
type Verdict = { readonly payload: JWTPayload } | Refusal | null;

/** Checks tokens: JWTs (RFC 7519) in the compact form, signed by a key that is known here. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #grants = new SharedGrants();

  constructor(options: TokenVerifierOptions) {
    this.#options = options;
  }

  /** Who the token says its holder is, if it is to be believed. The refusal's words may go to the client. Never rejects. */
  async verify(token: string): Promise<Identity | Refusal> {
    const header = readHeader(token);
    if ("code" in header) return header;
    const verdict = await this.#judgeByKnown(token, header);
    if (verdict === null)
      return refuse("token_invalid", "The token is signed with no key that this server knows.");
    return "payload" in verdict ? this.#identityOf(verdict.payload) : verdict;
  }

  async #judgeByKnown(token: string, header: TokenHeader): Promise<Verdict> {
    const { keys, remoteKeys } = this.#options;
    const { algorithm, keyId } = header;
    const verdict = await this.#judgeByAny(token, algorithm, keysFor(keys, algorithm, keyId));
    // Secrets are never fetched.
    if (verdict !== null || remoteKeys === null || algorithm === "HS256") return verdict;
    const fetched = await remoteKeys.find(algorithm, keyId);
    return fetched === null ? refuse("keys_unavailable") : this.#judgeByAny(token, algorithm, fetched);
  }

  async #judgeByAny(token: string, algorithm: TokenAlgorithm, keys: readonly TokenKey[]): Promise<Verdict> {
    for (const { key } of keys) {
      const verdict = await this.#judge(token, algorithm, key);
      if (verdict !== null) return verdict;
    }
    return null;
  }

  async #judge(token: string, algorithm: TokenAlgorithm, key: TokenKey["key"]): Promise<Verdict> {
    const { issuer, audience, clockToleranceMs, clock } = this.#options;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [algorithm],
        clockTolerance: clockToleranceMs / 1000,
        currentDate: new Date(clock.nowMs()),
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
      });
      return { payload };
    } catch (error) {
      return verdictOf(error);
    }
  }

  #identityOf(payload: JWTPayload): Identity | Refusal {
    const claims = readClaims(payload);
    if (claims instanceof Problem)
      return refuse("token_invalid", `The token cannot be used. ${claims.message}.`);
    const { user, infoJson, device, signIn, channels, issuedAtMs, expiresAtMs } = claims;
    return {
      user,
      infoJson,
      device,
      signIn,
      authenticated: true,
      grants: channels === null ? null : this.#grants.of(channels),
      subscribe: [],
      issuedAtMs,
      expiresAtMs,
    };
  }
}

function readHeader(token: string): TokenHeader | Refusal {
  if (token === "") return refuse("token_invalid", "The token is empty.");
  if (token.length > MAX_TOKEN_LENGTH) {
    return refuse("token_invalid", `The token has more than ${MAX_TOKEN_LENGTH} characters.`);
  }
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    if (isTokenAlgorithm(alg)) return { algorithm: alg, keyId: typeof kid === "string" ? kid : undefined };
    return refuse("token_invalid", "The token's alg is not one of HS256, RS256, ES256 and EdDSA.");
  } catch {
    return refuse("token_invalid", NO_JWT);
  }
}

const NO_JWT = "The token is no JWT: three parts of base64url with dots between them.";

function verdictOf(error: unknown): Refusal | null {
  if (error instanceof errors.JWSSignatureVerificationFailed) return null;
  if (error instanceof errors.JWTExpired) return refuse("token_expired");
  if (error instanceof errors.JWTClaimValidationFailed) return refuse("token_invalid", wordsFor(error.claim));
  return refuse("token_invalid", NO_JWT);
}

function wordsFor(claim: string): string {
  switch (claim) {
    case "iss":
      return "The token was issued by somebody else than this server trusts (iss).";
    case "aud":
      return "The token is meant for somebody else than this server (aud).";
    case "nbf":
      return "The token is not valid yet (nbf).";
    default:
      return `The token cannot be used. ${claim}: must be a number of seconds since 1970.`;
  }
}
