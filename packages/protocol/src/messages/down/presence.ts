import { channelName, requestId } from "../../fields.ts";
import { array, integer, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";
import { type Member, member } from "../member.ts";

/**
 * Who is in the channel, exact at this place among the connection's messages.
 *
 * With `id` it answers a command; without, it replaces what the client knew: after `subscribed`, and when joins and
 * leaves had to be dropped. Without `count` it is everybody, and `join` and `leave` go on from there. With `count` the
 * room is large: `members` are some of them, and what comes next is another `presence`.
 */
export interface PresencePush {
  readonly type: "presence";
  readonly id?: number;
  readonly channel: string;
  readonly count?: number;
  readonly members: readonly Member[];
}

export const presencePush: ObjectSchema<PresencePush> = object<PresencePush>({
  type: oneOf("presence"),
  id: optional(requestId),
  channel: channelName,
  count: optional(integer(0)),
  members: array(member),
});
