import { channelOrPattern, requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Ends a subscription. Answered by `unsubscribed`; no message of the channel follows that. */
export interface UnsubscribeCommand {
  readonly type: "unsubscribe";
  readonly id?: number;
  /** As it was subscribed: a name or a pattern. */
  readonly channel: string;
}

export const unsubscribeCommand: ObjectSchema<UnsubscribeCommand> = object<UnsubscribeCommand>({
  type: oneOf("unsubscribe"),
  id: optional(requestId),
  channel: channelOrPattern,
});
