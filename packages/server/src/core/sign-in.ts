import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import type { SessionLimit } from "../config/session-limit.ts";
import type { Identity } from "./identity.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Ending } from "./sessions.ts";

/** A session that makes room for a newer one. */
interface Leaving {
  readonly session: Session;
  readonly ending: Ending;
}

/** Why the last session of a device ends when there is another one on it. */
const SIGNED_IN_AGAIN = "signed in again on this device";

/**
 * Says which of a user's sessions end so that one more fits, or that it does not fit.
 *
 * `others` are the user's sessions in the order in which they began. Those whose client is away make room first, then those of the same device
 * or sign-in, and then, where the limit sends the oldest away, the oldest.
 */
export function makeRoom(
  others: readonly Session[],
  newcomer: Identity,
  { maxSessions, whenExceeded }: SessionLimit,
): readonly Leaving[] | Refusal {
  const tooMany = others.length + 1 - maxSessions;
  if (tooMany <= 0) return [];
  const away = others.filter(({ outbox }) => outbox === null);
  const here = others.filter(({ outbox }) => outbox !== null);
  const own = here.filter(({ identity }) => isSamePlace(identity, newcomer));
  const foreign = here.filter(({ identity }) => !isSamePlace(identity, newcomer));
  const candidates = [...away, ...own, ...(whenExceeded === "reject-new" ? [] : foreign)];
  if (candidates.length < tooMany) return refuse("too_many_sessions");
  return candidates.slice(0, tooMany).map((session) => {
    const reason = isSamePlace(session.identity, newcomer)
      ? SIGNED_IN_AGAIN
      : CLOSE_REASONS.signedInElsewhere;
    return { session, ending: { code: CLOSE.signedInElsewhere, reason, retryAfterMs: 0 } };
  });
}

/** Whether both are the same device, or the same sign-in at the backend; what neither names tells nothing. */
function isSamePlace(one: Identity, other: Identity): boolean {
  return (
    (one.device !== null && one.device === other.device) ||
    (one.signIn !== null && one.signIn === other.signIn)
  );
}
