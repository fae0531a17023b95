import { requestId } from "../../fields.ts";
import {
  boolean,
  boundedText,
  integer,
  type ObjectSchema,
  object,
  oneOf,
  optional,
  text,
} from "../../schema.ts";

/** A request failed. The connection goes on unless `disconnect` follows. */
export interface ErrorPush {
  readonly type: "error";
  /** The request's, where it could be read. */
  readonly id?: number;
  /** The request's, where there is one and it could be read. */
  readonly channel?: string;
  /** A code of `ERRORS`, or one that a newer server knows. */
  readonly code: string;
  /** What was wrong and what to do, for a developer. */
  readonly message: string;
  /** The backend's own word for why it said no. */
  readonly reason?: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** How long to wait before that, where the server knows it. */
  readonly retryAfterMs?: number;
}

export const errorPush: ObjectSchema<ErrorPush> = object<ErrorPush>({
  type: oneOf("error"),
  id: optional(requestId),
  // Not a channel name: what was sent as one may be what is wrong.
  channel: optional(text("string", () => undefined)),
  code: boundedText(1, 64),
  message: text("string", () => undefined),
  reason: optional(boundedText(1, 64)),
  retryable: boolean,
  retryAfterMs: optional(integer(0)),
});
