import { channelName, requestId, since } from "../../fields.ts";
import type { Since } from "../../position.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Asks for a channel's messages, from `since` or from now on. Answered by `subscribed`. */
export interface SubscribeCommand {
  readonly type: "subscribe";
  readonly id?: number;
  readonly channel: string;
  readonly since?: Since;
}

export const subscribeCommand: ObjectSchema<SubscribeCommand> = object<SubscribeCommand>({
  type: oneOf("subscribe"),
  id: optional(requestId),
  channel: channelName,
  since: optional(since),
});
