import type { Config } from "./config.ts";

/** How often one user may be signed in at a time. */
export interface SessionLimit {
  readonly maxSessions: number;
  /** `disconnect-oldest`: earlier sessions make room. `reject-new`: the new one is refused. */
  readonly whenExceeded: "disconnect-oldest" | "reject-new";
}

/** The users of the demo about kicking, which shows one account on one device at a time. */
const DEMO_USERS = "demo.kick.";

/** How often this user may be signed in; null: as often as they like. */
export function sessionLimitOf({ sessions, demos }: Config, user: string): SessionLimit | null {
  if (demos && user.startsWith(DEMO_USERS)) return { maxSessions: 1, whenExceeded: "disconnect-oldest" };
  const { maxPerUser, whenExceeded } = sessions;
  return maxPerUser === null ? null : { maxSessions: maxPerUser, whenExceeded };
}
