import { channelName, requestId } from "../../fields.ts";
import { array, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";
import { type Member, member } from "../member.ts";

/**
 * Everybody who is in the channel, exact at this place among the connection's messages.
 *
 * With `id` it answers a command; without, it replaces what the client knew: after `subscribed`, and when joins and
 * leaves had to be dropped.
 */
export interface PresencePush {
  readonly type: "presence";
  readonly id?: number;
  readonly channel: string;
  readonly members: readonly Member[];
}

export const presencePush: ObjectSchema<PresencePush> = object<PresencePush>({
  type: oneOf("presence"),
  id: optional(requestId),
  channel: channelName,
  members: array(member),
});
