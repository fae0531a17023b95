import {
  arrayOf,
  boundedText,
  type JsonValue,
  MAX_DEVICE_LENGTH,
  memberInfo,
  objectOf,
  optional,
  patternProblem,
  Problem,
  type Schema,
  textWith,
  userId,
} from "@tidewire/protocol";
import type { GrantedPatterns } from "../core/channel-grants.ts";

/** What a token says, read once. Whether it is true is for its signature to say. */
export interface TokenClaims {
  /** null: the token is for somebody without a name. */
  readonly user: string | null;
  /** JSON text. */
  readonly infoJson: string | null;
  readonly device: string | null;
  readonly signIn: string | null;
  /** null: the token does not speak of channels. */
  readonly channels: GrantedPatterns | null;
  readonly issuedAtMs: number | null;
  readonly expiresAtMs: number;
}

interface Fields {
  readonly sub?: string;
  readonly exp: number;
  readonly iat?: number;
  readonly info?: JsonValue;
  readonly device?: string;
  readonly session?: string;
  readonly channels?: { readonly subscribe?: readonly string[]; readonly publish?: readonly string[] };
}

/** Seconds until the last day that a Date knows. */
const MAX_SECONDS = 8.64e12;

/** RFC 7519 §2: seconds since 1970, which need not be whole. */
const numericDate: Schema<number> = {
  shape: "seconds",
  read: (value) =>
    typeof value === "number" && value >= 0 && value <= MAX_SECONDS
      ? value
      : new Problem("must be a number of seconds since 1970"),
};

const patterns = arrayOf(textWith("pattern", patternProblem, "invalid_pattern"));
const name = boundedText(1, MAX_DEVICE_LENGTH);

const CLAIMS = objectOf<Fields>({
  sub: optional(userId),
  exp: numericDate,
  iat: optional(numericDate),
  info: optional(memberInfo),
  device: optional(name),
  session: optional(name),
  channels: optional(
    objectOf<NonNullable<Fields["channels"]>>({ subscribe: optional(patterns), publish: optional(patterns) }),
  ),
});

/** Reads a token's payload; a Problem names the claim and what is expected there. */
export function readClaims(payload: unknown): TokenClaims | Problem {
  const fields = CLAIMS.read(payload);
  if (fields instanceof Problem) return fields;
  const { sub, exp, iat, info, device, session, channels } = fields;
  return {
    user: sub ?? null,
    infoJson: info === undefined ? null : JSON.stringify(info),
    device: device ?? null,
    signIn: session ?? null,
    channels:
      channels === undefined
        ? null
        : { subscribe: channels.subscribe ?? [], publish: channels.publish ?? [] },
    issuedAtMs: iat === undefined ? null : iat * 1000,
    expiresAtMs: exp * 1000,
  };
}
