import type { Session } from "../core/session.ts";

/** A client that is connected. */
interface ConnectionFacts {
  /** The public id of its connection. */
  readonly connection: string;
  readonly user?: string;
}

/**
 * What a program can listen to, by the name of the event; each is told at once, on this process.
 *
 * Webhooks have events of the same names. They are told over the network, kept until they were taken, and an end is held back; see
 * docs/hooks.md.
 */
export interface TidewireEvents {
  /** A client has connected. */
  readonly "connection.opened": ConnectionFacts & {
    readonly info?: unknown;
    readonly device?: string;
    readonly address?: string;
  };
  /** A client is gone, and did not come back within `sessions.graceMs`. */
  readonly "connection.closed": ConnectionFacts;
  /** A channel has its first subscriber. */
  readonly "channel.occupied": { readonly channel: string };
  /** A channel has no subscriber any more. */
  readonly "channel.vacated": { readonly channel: string };
  /** A connection is present in a channel whose rule says `presence: true`. */
  readonly "member.joined": ConnectionFacts & { readonly channel: string; readonly info?: unknown };
  /** A connection is not present any more. */
  readonly "member.left": ConnectionFacts & { readonly channel: string };
  /** A client has published; a repeat is not told again. */
  readonly "message.published": ConnectionFacts & {
    readonly channel: string;
    readonly epoch?: string;
    readonly offset?: number;
    readonly messageId: string;
    readonly key?: string;
    readonly data: unknown;
  };
}

/** Who a session is, as events say it. */
export function factsOf({ connection, user }: Pick<Session, "connection" | "user">): ConnectionFacts {
  return { connection, ...(user === null ? {} : { user }) };
}
