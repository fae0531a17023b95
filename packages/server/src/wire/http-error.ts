import { type ErrorCode, errorFacts } from "@tidewire/protocol";
import type { Refusal } from "../core/refusal.ts";

/** An error as an HTTP answer. */
export interface HttpError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: { readonly code: ErrorCode; readonly message: string } };
}

const RETRY_AFTER_S = "1";

/** Writes a refusal in the one form of errors that every HTTP door has. */
export function httpErrorOf({ code, message }: Refusal): HttpError {
  const { httpStatus, retryable } = errorFacts(code);
  const retries = retryable && (httpStatus === 503 || httpStatus === 429);
  return {
    status: httpStatus,
    headers: {
      "cache-control": "no-store",
      ...(httpStatus === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(retries ? { "retry-after": RETRY_AFTER_S } : {}),
    },
    body: { error: { code, message } },
  };
}
