import { Problem } from "@tidewire/protocol";
import { configuredKeys } from "../../auth/identify.ts";
import { readKey, type TokenKey, TokenKeyError } from "../../auth/read-key.ts";
import { signToken } from "../../auth/sign-token.ts";
import { readClaims } from "../../auth/token-claims.ts";
import { parseDuration } from "../../base/duration.ts";
import type { AuthConfig } from "../../config/config.ts";

/** What a token shall say, as the command line has it. */
export interface TokenWishes {
  readonly user?: string;
  /** A duration from now on. */
  readonly expires: string;
  readonly subscribe?: readonly string[];
  readonly publish?: readonly string[];
  readonly device?: string;
  readonly session?: string;
  /** JSON text. */
  readonly info?: string;
  /** The private key or a file that holds it. */
  readonly key?: string;
}

/** The token cannot be made. The message says why and what to do, and shows no key. */
class TokenWishError extends Error {
  override readonly name = "TokenWishError";
}

/**
 * Makes a token that says this, signed with the key given or else with the configured secret.
 *
 * Rejects with a TokenWishError for what no token may say and when there is nothing to sign with, and with what reading a key throws.
 */
export async function createToken(wishes: TokenWishes, auth: AuthConfig, nowMs: number): Promise<string> {
  const claims = claimsOf(wishes, auth, nowMs);
  const problem = readClaims(claims);
  if (problem instanceof Problem)
    throw new TokenWishError(`Such a token would be refused. ${problem.message}.`);
  return signToken(claims, signingKey(wishes.key, auth));
}

function claimsOf(wishes: TokenWishes, auth: AuthConfig, nowMs: number): Record<string, unknown> {
  const { user, device, session, subscribe, publish } = wishes;
  const lastsMs = parseDuration(wishes.expires);
  if (lastsMs === undefined || lastsMs <= 0) {
    throw new TokenWishError("--expires must be a duration such as 90s, 10m, 24h or 7d.");
  }
  const iat = Math.floor(nowMs / 1000);
  const claims = {
    sub: user,
    iss: auth.issuer ?? undefined,
    aud: auth.audience ?? undefined,
    iat,
    exp: iat + Math.ceil(lastsMs / 1000),
    device,
    session,
    info: wishes.info === undefined ? undefined : infoOf(wishes.info),
    channels: subscribe === undefined && publish === undefined ? undefined : { subscribe, publish },
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

function infoOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new TokenWishError(`--info must be JSON, such as '{"name":"Ann"}'.`, { cause });
  }
}

function signingKey(text: string | undefined, auth: AuthConfig): TokenKey {
  if (text !== undefined) return readKey(text, "private", "--key");
  const secret = configuredKeys(auth).find(({ key }) => key.type === "secret");
  if (secret !== undefined) return secret;
  const where =
    auth.jwks.url === null
      ? "Name the private key with --key, or configure a secret (TIDEWIRE_TOKEN_SECRET)."
      : "Its tokens come from the identity provider whose keys it fetches: sign in there, or name a private key with --key.";
  throw new TokenKeyError(`The configuration has nothing to sign with. ${where}`);
}
