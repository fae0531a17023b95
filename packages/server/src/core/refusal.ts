import { ERRORS, type ErrorCode } from "@tidewire/protocol";

/** A request that was understood and is not carried out. A value, not an exception: it ends in a reply. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  /** What was wrong and what to do; never holds an internal detail or a secret. */
  readonly message: string;
  /** The backend's own word for why it said no, for the client's program. */
  readonly reason?: string;
  /** How long to wait before the same is tried again, where that is known. */
  readonly retryAfterMs?: number;
}

/** Makes a refusal; without `message` it says what the error table says. */
export function refuse(code: ErrorCode, message: string = ERRORS[code].message): Refusal {
  return { ok: false, code, message };
}

/** Refuses what comes too fast, and says how long to wait. */
export function refuseForNow(what: string, retryAfterMs: number): Refusal {
  return { ...refuse("rate_limited", `${what} Try again in ${retryAfterMs} ms.`), retryAfterMs };
}
