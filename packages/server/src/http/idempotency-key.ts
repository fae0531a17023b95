import type { IncomingHttpHeaders } from "node:http";
import { messageIdProblem } from "@tidewire/protocol";
import { type Refusal, refuse } from "../core/refusal.ts";

/** The `Idempotency-Key` of a request; null when it has none. */
export function idempotencyKey(headers: IncomingHttpHeaders): string | null | Refusal {
  const key = headers["idempotency-key"];
  if (key === undefined) return null;
  const problem = typeof key === "string" ? messageIdProblem(key) : "must be given once";
  return problem === undefined && typeof key === "string"
    ? key
    : refuse("invalid_field", `Idempotency-Key: ${problem ?? ""}`);
}

/** The id of a single message: the header's or the body's. When both are given, they must be one. */
export function chosenId(inBody: string | null, headers: IncomingHttpHeaders): string | null | Refusal {
  const key = idempotencyKey(headers);
  if (key === null || typeof key !== "string") return key ?? inBody;
  if (inBody === null || inBody === key) return key;
  return refuse("bad_request", "The id of the message and the Idempotency-Key differ. Give one of them.");
}
