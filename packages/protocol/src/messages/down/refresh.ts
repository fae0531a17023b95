import { integer, type ObjectSchema, object, oneOf } from "../../schema.ts";

/** The token runs out soon: send `refresh` with a newer one. */
export interface RefreshPush {
  readonly type: "refresh";
  readonly expiresInMs: number;
}

export const refreshPush: ObjectSchema<RefreshPush> = object<RefreshPush>({
  type: oneOf("refresh"),
  expiresInMs: integer(0),
});
