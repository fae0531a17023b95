import { requestId } from "../../fields.ts";
import { integer, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** The newer token counts now. Channels that it no longer grants get `unsubscribed`. */
export interface RefreshedPush {
  readonly type: "refreshed";
  readonly id?: number;
  /** In milliseconds since 1970; absent when the token does not expire. */
  readonly expiresAt?: number;
}

export const refreshedPush: ObjectSchema<RefreshedPush> = object<RefreshedPush>({
  type: oneOf("refreshed"),
  id: optional(requestId),
  expiresAt: optional(integer(0)),
});
