import type { Session } from "../core/session.ts";

/** One page of sessions and, when there are more, where the next one goes on. */
export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly cursor: string | undefined;
}

/**
 * The first `limit` sessions after a cursor, in the order in which they connected.
 *
 * Null when the cursor is none. It names a moment and not an entry, so it stays valid when its session ends.
 */
export function pageOfSessions(
  sessions: Iterable<Session>,
  cursor: string | undefined,
  limit: number,
): SessionPage | null {
  const [, atMs = "-1", connection = ""] =
    cursor === undefined ? [""] : (/^(\d{1,16})\.(.+)$/.exec(cursor) ?? []);
  if (cursor !== undefined && connection === "") return null;
  const after = { connectedAtMs: Number(atMs), connection };
  const rest: Session[] = [];
  for (const session of sessions) if (compare(session, after) > 0) rest.push(session);
  const page = rest.toSorted(compare).slice(0, limit);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { sessions: page, cursor: more ? `${last.connectedAtMs}.${last.connection}` : undefined };
}

type Place = Pick<Session, "connectedAtMs" | "connection">;

function compare(a: Place, b: Place): number {
  if (a.connectedAtMs !== b.connectedAtMs) return a.connectedAtMs - b.connectedAtMs;
  return a.connection < b.connection ? -1 : a.connection > b.connection ? 1 : 0;
}
