import { channelName } from "../../fields.ts";
import { array, type ObjectSchema, object, oneOf } from "../../schema.ts";
import { type Member, member } from "../member.ts";

/** These members have come into the channel. */
export interface JoinPush {
  readonly type: "join";
  readonly channel: string;
  readonly members: readonly Member[];
}

export const joinPush: ObjectSchema<JoinPush> = object<JoinPush>({
  type: oneOf("join"),
  channel: channelName,
  members: array(member),
});
