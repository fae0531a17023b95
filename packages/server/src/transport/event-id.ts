/** What the last event id of a returning client says: where it goes on, and which session it had. */
export interface EventId {
  /** A `since` list for the channels of the URL. */
  readonly since: string;
  /** The session that ended with the stream before this one; null where a person wrote the id. */
  readonly session: SessionMark | null;
}

/** A session as an event id names it: enough to recognise it, and not its secret. */
interface SessionMark {
  /** The public id of its connection. */
  readonly connection: string;
  /** The hash of its secret, or {@link OVER}. */
  readonly hash: string;
}

/**
 * Stands in the place of the hash once the server has told a client to stay away.
 *
 * EventSource returns whatever it was told; by this the server knows that it must not.
 */
export const OVER = "over";

const EVENT_ID = /^([^;]*)(?:;([\w-]{1,64});([\w-]{1,64}))?$/;

/** Writes the id of a stream: `since` list, connection, hash of the session. */
export function formatEventId(since: string, connection: string, hash: string): string {
  return `${since};${connection};${hash}`;
}

/** Reads an id, also one without the session: `since` alone. undefined when the text is none. */
export function parseEventId(text: string): EventId | undefined {
  const [, since, connection, hash] = EVENT_ID.exec(text) ?? [];
  if (since === undefined) return undefined;
  return {
    since,
    session: connection === undefined || hash === undefined ? null : { connection, hash },
  };
}
