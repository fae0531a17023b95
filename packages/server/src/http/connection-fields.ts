import type { Session } from "../core/session.ts";
import type { Member } from "../core/push.ts";

/** A connection as answers show it; never with the session's secret. */
export function connectionFields(session: Session) {
  return {
    ...memberFields(session.member),
    ...(session.identity.device === null ? {} : { device: session.identity.device }),
    online: session.outbox !== null,
    connectedAt: session.connectedAtMs,
    channels: session.subscribed(),
  };
}

/** A member as answers show it. */
export function memberFields({ user, connection, infoJson }: Member) {
  const info: { info?: unknown } = infoJson === null ? {} : { info: JSON.parse(infoJson) };
  return { ...(user === null ? {} : { user }), connection, ...info };
}
