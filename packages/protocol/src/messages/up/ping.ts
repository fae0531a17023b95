import { requestId } from "../../fields.ts";
import { type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Asks for a `pong`, to learn whether the connection is still alive. */
export interface PingCommand {
  readonly type: "ping";
  readonly id?: number;
}

export const pingCommand: ObjectSchema<PingCommand> = object<PingCommand>({
  type: oneOf("ping"),
  id: optional(requestId),
});
