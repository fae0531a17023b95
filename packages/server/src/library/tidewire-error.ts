import { ERRORS, type ErrorCode } from "@tidewire/protocol";
import type { Refusal } from "../core/refusal.ts";

/** A call that was refused. docs/errors.md lists the codes. */
export class TidewireError extends Error {
  override readonly name = "TidewireError";
  readonly code: ErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;

  constructor({ code, message }: Refusal) {
    super(message);
    this.code = code;
    this.retryable = ERRORS[code].retryable;
  }
}

/** Gives what was not refused; throws a TidewireError otherwise. */
export function orThrow<Result extends object>(result: Result | Refusal): Result {
  if (isRefusal(result)) throw new TidewireError(result);
  return result;
}

function isRefusal(result: object): result is Refusal {
  return "ok" in result && result.ok === false;
}
