import { memberInfo, serverId, userId } from "../fields.ts";
import type { JsonValue } from "../json.ts";
import { object, optional, type Schema } from "../schema.ts";

/** One connection that is present in a channel. Anonymous ones have no `user`. */
export interface Member {
  readonly user?: string;
  /** The public id of the connection. A user on two devices is two members. */
  readonly connection: string;
  /** What the token (in open mode: the client) says about the user. */
  readonly info?: JsonValue;
}

export const member: Schema<Member> = object<Member>({
  user: optional(userId),
  connection: serverId,
  info: optional(memberInfo),
});
