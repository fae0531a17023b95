import { channelName, requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Asks who is in a channel. Answered by `presence` with the same `id`. */
export interface PresenceCommand {
  readonly type: "presence";
  readonly id?: number;
  readonly channel: string;
}

export const presenceCommand: ObjectSchema<PresenceCommand> = object<PresenceCommand>({
  type: oneOf("presence"),
  id: optional(requestId),
  channel: channelName,
});
