import { channelName } from "../../fields.ts";
import { array, type ObjectSchema, object, oneOf } from "../../schema.ts";
import { type Member, member } from "../member.ts";

/** These members have left the channel. */
export interface LeavePush {
  readonly type: "leave";
  readonly channel: string;
  readonly members: readonly Member[];
}

export const leavePush: ObjectSchema<LeavePush> = object<LeavePush>({
  type: oneOf("leave"),
  channel: channelName,
  members: array(member),
});
