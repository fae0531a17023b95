import { requestId } from "../../fields.ts";
import type { JsonValue } from "../../json.ts";
import { MAX_METHOD_LENGTH } from "../../limits.ts";
import { boundedText, json, type ObjectSchema, object, oneOf, optional } from "../../schema.ts";

/** Calls a method of the backend through the server's rpc hook. Answered by `result`. */
export interface RpcCommand {
  readonly type: "rpc";
  readonly id?: number;
  readonly method: string;
  readonly data?: JsonValue;
}

export const rpcCommand: ObjectSchema<RpcCommand> = object<RpcCommand>({
  type: oneOf("rpc"),
  id: optional(requestId),
  method: boundedText(1, MAX_METHOD_LENGTH),
  data: optional(json),
});
