import { requestId } from "../../fields.ts";
import type { JsonValue } from "../../json.ts";
import { json, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** What the backend answered to `rpc`. */
export interface ResultPush {
  readonly type: "result";
  readonly id?: number;
  readonly data: JsonValue;
}

export const resultPush: ObjectSchema<ResultPush> = object<ResultPush>({
  type: oneOf("result"),
  id: optional(requestId),
  data: json,
});
