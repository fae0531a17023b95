import { type ErrorCode, errorFacts } from "@tidewire/protocol";
import type { Refusal } from "../core/refusal.ts";

/** An error as an HTTP answer. */
export interface HttpError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string } };
}

/** How long to wait where nothing more exact is known. */
const RETRY_AFTER_MS = 1000;

/** Writes a refusal in the one form of errors that every HTTP door has. */
export function httpErrorOf({ code, message, retryAfterMs = RETRY_AFTER_MS }: Refusal): HttpError {
  const { httpStatus, retryable } = errorFacts(code);
  const retries = retryable && (httpStatus === 503 || httpStatus === 429);
  return {
    status: httpStatus,
    headers: {
      "cache-control": "no-store",
      ...(httpStatus === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(retries ? { "retry-after": String(Math.ceil(retryAfterMs / 1000)) } : {}),
    },
    body: { error: { code, message } },
  };
}
