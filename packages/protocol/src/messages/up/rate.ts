import { channelName, keyRate, requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/**
 * Changes how often a subscription gets each key's value, where the channel delivers the latest.
 *
 * Answered by `rate` with what is in force from now on: the channel's rule may say less.
 */
export interface RateCommand {
  readonly type: "rate";
  readonly id?: number;
  readonly channel: string;
  readonly maxRate: number;
}

export const rateCommand: ObjectSchema<RateCommand> = object<RateCommand>({
  type: oneOf("rate"),
  id: optional(requestId),
  channel: channelName,
  maxRate: keyRate,
});
