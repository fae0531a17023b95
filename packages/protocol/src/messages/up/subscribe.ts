import { channelOrPattern, keyRate, requestId, subscribeSince } from "../../fields.ts";
import { MAX_CHANNELS_PER_SUBSCRIBE } from "../../limits.ts";
import { isPattern } from "../../pattern.ts";
import type { SubscribeSince } from "../../position.ts";
import { boundedArray, type ObjectSchema, object, oneOf, optional, Problem } from "../../schema.ts";
import { sinceProblem } from "../since-problem.ts";

/** What both forms have. */
interface Subscribing {
  readonly type: "subscribe";
  readonly id?: number;
  readonly since?: SubscribeSince;
  /** At most so many values per second of each key, where the channel delivers the latest; the channel's rule may say less. */
  readonly maxRate?: number;
}

/** Asks for one channel, or for all that match a pattern. */
interface SubscribeOne extends Subscribing {
  readonly channel: string;
}

/** Asks for several channels at once. */
interface SubscribeSeveral extends Subscribing {
  readonly channels: readonly string[];
}

/** Asks for the messages of a channel, or several, from `since` or from now on. Answered by `subscribed` for each of them. */
export type SubscribeCommand = SubscribeOne | SubscribeSeveral;

interface SubscribeFields extends Subscribing {
  readonly channel?: string;
  readonly channels?: readonly string[];
}

const fields: ObjectSchema<SubscribeFields> = object<SubscribeFields>({
  type: oneOf("subscribe"),
  id: optional(requestId),
  channel: optional(channelOrPattern),
  channels: optional(boundedArray(channelOrPattern, 1, MAX_CHANNELS_PER_SUBSCRIBE)),
  since: optional(subscribeSince),
  maxRate: optional(keyRate),
});

export const subscribeCommand: ObjectSchema<SubscribeCommand> = {
  ...fields,
  read(value) {
    const command = fields.read(value);
    return command instanceof Problem ? command : chooseForm(command);
  },
};

function chooseForm(command: SubscribeFields): SubscribeCommand | Problem {
  const { channel, channels, since } = command;
  if (channel !== undefined) {
    if (channels !== undefined) return new Problem("Give channel or channels, not both.", "bad_request");
    return sinceProblem(isPattern(channel), false, since) ?? { ...command, channel };
  }
  if (channels === undefined) return new Problem(NO_CHANNEL, "invalid_channel");
  if (new Set(channels).size < channels.length) return new Problem(TWICE, "invalid_channel");
  return sinceProblem(channels.some(isPattern), true, since) ?? { ...command, channels };
}

const NO_CHANNEL = "channel: must be a string; or give several as channels";
const TWICE = "channels: a channel is listed twice; list each one once";
