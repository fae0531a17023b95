import { requestId } from "../../fields.ts";
import { MAX_TOKEN_LENGTH } from "../../limits.ts";
import { boundedText, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Replaces the token of this session by a newer one of the same user. Answered by `refreshed`. */
export interface RefreshCommand {
  readonly type: "refresh";
  readonly id?: number;
  readonly token: string;
}

export const refreshCommand: ObjectSchema<RefreshCommand> = object<RefreshCommand>({
  type: oneOf("refresh"),
  id: optional(requestId),
  token: boundedText(1, MAX_TOKEN_LENGTH),
});
