import { requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** The answer to `ping`. */
export interface PongPush {
  readonly type: "pong";
  readonly id?: number;
}

export const pongPush: ObjectSchema<PongPush> = object<PongPush>({
  type: oneOf("pong"),
  id: optional(requestId),
});
