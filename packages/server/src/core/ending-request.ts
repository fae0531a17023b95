import {
  boolean,
  boundedText,
  CLOSE,
  CLOSE_REASONS,
  integer,
  KICK_CODES,
  MAX_DEVICE_LENGTH,
  objectOf,
  optional,
  Problem,
  textWith,
} from "@tidewire/protocol";
import { parseDuration } from "../base/duration.ts";
import type { KickOptions } from "./kick.ts";
import { exceedsUtf8 } from "./publish.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Ending } from "./sessions.ts";

/** Longest reason of a close frame, in bytes of UTF-8 (RFC 6455 §5.5: 125 bytes, of which the code takes two). */
export const MAX_REASON_BYTES = 123;

/** A ban as a backend asks for it. */
export interface BanRequest {
  /** null: until it is lifted. */
  readonly forMs: number | null;
  readonly ending: Ending;
}

/** A kick of a user as a backend asks for it. */
export interface KickRequest {
  readonly ending: Ending;
  readonly options: KickOptions;
}

interface EndingFields {
  readonly code?: number;
  readonly reason?: string;
}

interface KickFields extends EndingFields {
  readonly device?: string;
  readonly revoke?: boolean;
}

interface BanFields {
  readonly for?: string;
  readonly reason?: string;
}

const REASON_TEXT = boundedText(1, MAX_REASON_BYTES);

const REASON = {
  ...REASON_TEXT,
  read(value: unknown): string | Problem {
    const reason = REASON_TEXT.read(value);
    if (reason instanceof Problem || !exceedsUtf8(reason, MAX_REASON_BYTES)) return reason;
    return new Problem(
      `must be at most ${MAX_REASON_BYTES} bytes of UTF-8, so that it fits into a close frame`,
    );
  },
};

const DURATION = textWith("duration", (value) => {
  const durationMs = parseDuration(value);
  return durationMs !== undefined && durationMs > 0
    ? undefined
    : "must be a duration such as 90s, 10m, 24h or 7d";
});

const ENDING_FIELDS = {
  code: optional(integer(KICK_CODES.min, KICK_CODES.max)),
  reason: optional(REASON),
};

const ENDING = objectOf<EndingFields>(ENDING_FIELDS);

const KICK = objectOf<KickFields>({
  ...ENDING_FIELDS,
  device: optional(boundedText(1, MAX_DEVICE_LENGTH)),
  revoke: optional(boolean),
});

const BAN = objectOf<BanFields>({ for: optional(DURATION), reason: optional(REASON) });

/** Reads `reason` and `code` of a backend's order to disconnect; undefined or an empty object takes the defaults. */
export function readEnding(value: unknown): Ending | Refusal {
  const fields = ENDING.read(value ?? {});
  return fields instanceof Problem ? refuse(fields.code, fields.message) : endingOf(fields);
}

/** Reads a backend's order to kick a user: an ending, and how far it goes. */
export function readKick(value: unknown): KickRequest | Refusal {
  const fields = KICK.read(value ?? {});
  if (fields instanceof Problem) return refuse(fields.code, fields.message);
  const { device = null, revoke = false } = fields;
  return { ending: endingOf(fields), options: { device, revoke } };
}

function endingOf({ code = CLOSE.kicked, reason = CLOSE_REASONS.kicked }: EndingFields): Ending {
  return { code, reason, retryAfterMs: 0 };
}

/** Reads `for` and `reason` of a backend's ban; undefined or an empty object bans until it is lifted. */
export function readBan(value: unknown): BanRequest | Refusal {
  const fields = BAN.read(value ?? {});
  if (fields instanceof Problem) return refuse(fields.code, fields.message);
  const forMs = fields.for === undefined ? null : (parseDuration(fields.for) ?? null);
  const reason = fields.reason ?? CLOSE_REASONS.forbidden;
  return { forMs, ending: { code: CLOSE.forbidden, reason, retryAfterMs: 0 } };
}
