import { channelNameProblem } from "./channel.ts";
import { userIdProblem } from "./inbox.ts";
import type { JsonValue } from "./json.ts";
import {
  MAX_EPOCH_LENGTH,
  MAX_INFO_LENGTH,
  MAX_KEY_LENGTH,
  MAX_MESSAGE_ID_LENGTH,
  MAX_RATE,
  MAX_SERVER_ID_LENGTH,
  MIN_RATE,
} from "./limits.ts";
import { isPattern, patternProblem } from "./pattern.ts";
import {
  isEpoch,
  type Position,
  type Since,
  type SincePositions,
  type SinceTime,
  type SubscribeSince,
} from "./position.ts";
import {
  boundedText,
  integer,
  isRecord,
  json,
  number,
  object,
  optional,
  Problem,
  record,
  type Schema,
  text,
} from "./schema.ts";

const MESSAGE_ID = /^[ -~]+$/;

/** The number that a reply repeats. */
export const requestId: Schema<number> = integer(1);

/** The name of a channel. */
export const channelName: Schema<string> = text("channel", channelNameProblem, "invalid_channel");

/** A user id that has an inbox. */
export const userId: Schema<string> = text("user", userIdProblem);

/** Says why a text cannot be a message id; undefined when it can. */
export function messageIdProblem(id: string): string | undefined {
  const isMessageId = id.length <= MAX_MESSAGE_ID_LENGTH && MESSAGE_ID.test(id);
  return isMessageId ? undefined : `must be 1 to ${MAX_MESSAGE_ID_LENGTH} printable ASCII characters`;
}

/** An id that makes a publish repeatable. */
export const messageId: Schema<string> = text(`ascii 1..${MAX_MESSAGE_ID_LENGTH}`, messageIdProblem);

/** What a message is about, for `deliver: latest`. */
export const messageKey: Schema<string> = boundedText(1, MAX_KEY_LENGTH);

/** What others see of a member. Bounded, since a room sends it to everybody in it. */
export const memberInfo: Schema<JsonValue> = {
  shape: `json 1..${MAX_INFO_LENGTH}`,
  read(value) {
    const info = json.read(value);
    if (info instanceof Problem || JSON.stringify(info).length <= MAX_INFO_LENGTH) return info;
    return new Problem(`must have at most ${MAX_INFO_LENGTH} characters as JSON`);
  },
};

/** An epoch's name. */
export const epochName: Schema<string> = text(`epoch 1..${MAX_EPOCH_LENGTH}`, (value) =>
  isEpoch(value) ? undefined : `must be 1 to ${MAX_EPOCH_LENGTH} of A–Z a–z 0–9 _ - and not "last"`,
);

/** Values per second of each key. */
export const keyRate: Schema<number> = number(MIN_RATE, MAX_RATE);

/** A message's number in its stream, or 0 for the place before the first. */
export const streamOffset: Schema<number> = integer(0);

const position: Schema<Position> = object<Position>({ epoch: epochName, offset: streamOffset });
const lastCount: Schema<{ readonly last: number }> = object<{ readonly last: number }>({ last: integer(1) });

/** Where to start. */
export const since: Schema<Since> = {
  shape: `"earliest"|${lastCount.shape}|${position.shape}`,
  read(value) {
    if (value === "earliest") return value;
    if (!isRecord(value)) {
      return new Problem('must be {"epoch":…,"offset":…}, "earliest" or {"last":20}', "invalid_since");
    }
    const result = "last" in value ? lastCount.read(value) : position.read(value);
    return result instanceof Problem ? new Problem(result.expected, "invalid_since", result.path) : result;
  },
};

/** The name of a channel, or a pattern of such names. */
export const channelOrPattern: Schema<string> = text(
  "channel|pattern",
  (value) => (isPattern(value) ? patternProblem(value) : channelNameProblem(value)),
  "invalid_channel",
);

const sinceTime: Schema<SinceTime> = object<SinceTime>({ time: integer(0) });
const sincePositions: Schema<SincePositions> = object<SincePositions>({
  time: optional(integer(0)),
  positions: record(channelName, position),
});

/** Where one channel, each of several, or those of a pattern start. */
export const subscribeSince: Schema<SubscribeSince> = {
  shape: `${since.shape}|${sinceTime.shape}|${sincePositions.shape}`,
  read(value) {
    if (!isRecord(value) || !("positions" in value || "time" in value)) return since.read(value);
    const result = "positions" in value ? sincePositions.read(value) : sinceTime.read(value);
    return result instanceof Problem ? new Problem(result.expected, "invalid_since", result.path) : result;
  },
};

/** An id that the server made, such as a connection's. */
export const serverId: Schema<string> = boundedText(1, MAX_SERVER_ID_LENGTH);
