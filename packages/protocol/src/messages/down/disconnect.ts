import { boolean, integer, type ObjectSchema, object, oneOf, text } from "../../schema.ts";

/** The last message before the close frame, which carries the same code. */
export interface DisconnectPush {
  readonly type: "disconnect";
  readonly code: number;
  /** Why, for the person. */
  readonly reason: string;
  /** Whether the client may come back by itself. */
  readonly reconnect: boolean;
  /** How long to wait before that. A random part on top is the client's. */
  readonly retryAfterMs: number;
}

export const disconnectPush: ObjectSchema<DisconnectPush> = object<DisconnectPush>({
  type: oneOf("disconnect"),
  code: integer(1000, 4999),
  reason: text("string", () => undefined),
  reconnect: boolean,
  retryAfterMs: integer(0),
});
