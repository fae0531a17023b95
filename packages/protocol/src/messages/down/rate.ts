import { channelName, keyRate, requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** How often a subscription gets each key's value from now on: the answer to `rate`, or, without `id`, news of a changed rule. */
export interface RatePush {
  readonly type: "rate";
  readonly id?: number;
  readonly channel: string;
  /** Absent where the channel delivers every message. */
  readonly maxRate?: number;
}

export const ratePush: ObjectSchema<RatePush> = object<RatePush>({
  type: oneOf("rate"),
  id: optional(requestId),
  channel: channelName,
  maxRate: optional(keyRate),
});
