import {
  anyJson,
  arrayOf,
  boundedText,
  channelName,
  integer,
  type JsonValue,
  memberInfo,
  objectOf,
  type ObjectSchema,
  optional,
  patternProblem,
  Problem,
  type Schema,
  textWith,
  trueOrFalse,
  userId,
} from "@tidewire/protocol";
import { MAX_REASON_BYTES } from "../../core/ending-request.ts";
import { exceedsUtf8 } from "../../core/publish.ts";

/** What every answer says. */
export interface HookAnswer {
  readonly allow: boolean;
  /** Why not, for the client's program. */
  readonly reason?: string;
  /** Why not, for whoever reads it. */
  readonly message?: string;
}

/** What the backend answers about a message, or to an rpc. */
export interface DataAnswer extends HookAnswer {
  readonly data?: JsonValue;
}

/** Patterns of channels that a client may use, beyond what the rules allow. */
interface GrantedChannels {
  readonly subscribe?: readonly string[];
  readonly publish?: readonly string[];
}

/** What the backend answers about a client that connects. */
export interface ConnectAnswer extends HookAnswer {
  readonly user?: string;
  readonly info?: JsonValue;
  readonly device?: string;
  readonly channels?: GrantedChannels;
  /** Channels that the connection is subscribed to at once. */
  readonly subscribe?: readonly string[];
  readonly expiresInMs?: number;
}

const MAX_TEXT = 200;
const MAX_CHANNELS = 200;
const YEAR_MS = 365 * 86_400_000;

const REASON = textWith("word", (value) =>
  /^[A-Za-z0-9_.-]{1,64}$/.test(value) ? undefined : "must be 1 to 64 of A–Z a–z 0–9 _ . -",
);

/** A refused connect is closed with it, and the reason of a close frame is short. */
const CLOSE_TEXT: Schema<string> = textWith(`text 1..${MAX_REASON_BYTES}`, (value) =>
  value === "" || exceedsUtf8(value, MAX_REASON_BYTES)
    ? `must have 1 to ${MAX_REASON_BYTES} bytes of UTF-8, so that it fits into a close frame`
    : undefined,
);

const PATTERNS: Schema<readonly string[]> = bounded(
  arrayOf(textWith("pattern", (value) => patternProblem(value), "invalid_pattern")),
);

export const hookAnswer: ObjectSchema<HookAnswer> = objectOf<HookAnswer>({
  allow: trueOrFalse,
  reason: optional(REASON),
  message: optional(boundedText(1, MAX_TEXT)),
});

export const dataAnswer: ObjectSchema<DataAnswer> = objectOf<DataAnswer>({
  allow: trueOrFalse,
  reason: optional(REASON),
  message: optional(boundedText(1, MAX_TEXT)),
  data: optional(anyJson),
});

export const connectAnswer: ObjectSchema<ConnectAnswer> = objectOf<ConnectAnswer>({
  allow: trueOrFalse,
  reason: optional(REASON),
  message: optional(CLOSE_TEXT),
  user: optional(userId),
  info: optional(memberInfo),
  device: optional(boundedText(1, MAX_TEXT)),
  channels: optional(
    objectOf<GrantedChannels>({ subscribe: optional(PATTERNS), publish: optional(PATTERNS) }),
  ),
  subscribe: optional(bounded(arrayOf(channelName))),
  expiresInMs: optional(integer(1000, YEAR_MS)),
});

function bounded(list: Schema<readonly string[]>): Schema<readonly string[]> {
  return {
    shape: list.shape,
    read(value) {
      const read = list.read(value);
      if (read instanceof Problem || read.length <= MAX_CHANNELS) return read;
      return new Problem(`must have at most ${MAX_CHANNELS} entries`);
    },
  };
}
