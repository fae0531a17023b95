import { type ErrorCode, errorFacts } from "@tidewire/protocol";
import Type, { type TSchema } from "typebox";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The name of the schema that documents the body. The core reads the body itself, for every door alike. */
    readonly body?: string;
    /** Whether the call works without a body. */
    readonly bodyIsOptional?: boolean;
    /** Whether an `Idempotency-Key` makes the call repeatable. */
    readonly idempotent?: boolean;
  }
}

/** Refusals that every call of the API may be answered with. */
const ALWAYS: readonly ErrorCode[] = [
  "bad_request",
  "unauthorized",
  "permission_denied",
  "origin_forbidden",
  "rate_limited",
  "internal",
  "shutting_down",
];

/** Refusals of a call with a body, before or while it is read. */
export const BODY_REFUSALS = [
  "malformed_json",
  "too_deep",
  "invalid_field",
  "message_too_large",
  "unsupported_media_type",
] as const satisfies readonly ErrorCode[];

/** Documents the answers of a call: the one it is made for, and the errors by their status. */
export function answers(
  status: 200 | 201,
  schema: string,
  codes: readonly ErrorCode[] = [],
): Record<number, TSchema> {
  const responses: Record<number, TSchema> = { [status]: Type.Ref(schema) };
  const all = [...ALWAYS, ...codes];
  for (const errorStatus of new Set(all.map((code) => errorFacts(code).httpStatus))) {
    const those = all.filter((code) => errorFacts(code).httpStatus === errorStatus);
    responses[errorStatus] = Type.Ref("Error", {
      description: those.map((code) => `\`${code}\``).join(", "),
    });
  }
  return responses;
}
