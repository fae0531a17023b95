import type { Access } from "./access.ts";
import type { Cursors } from "./cursors.ts";
import type { Hub } from "./hub.ts";
import type { Reading } from "./read.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { type Streams, StreamsUnavailable } from "./streams.ts";

/** What acknowledging works with. */
export interface AcknowledgingPorts {
  readonly hub: Hub;
  readonly streams: Streams;
  readonly cursors: Cursors;
  readonly reading: Reading;
  readonly sessions: Sessions;
  readonly access: Access;
}

/** Where the user's cursor is now, and how much after it is unread. */
export interface Acked {
  readonly ok: true;
  readonly offset: number;
  readonly unread: number;
}

/** Keeps up to where each user has read each channel. */
export class Acknowledging {
  readonly #ports: AcknowledgingPorts;

  constructor(ports: AcknowledgingPorts) {
    this.#ports = ports;
  }

  /** Moves a user's cursor forward, never beyond the channel's head, and tells the user's other sessions. */
  async acknowledge(session: Session, channel: string, offset: number): Promise<Acked | Refusal> {
    const { hub, access, reading, cursors, streams } = this.#ports;
    const { user } = session;
    if (user === null) return refuse("permission_denied", "Only a known user has a cursor. Connect as one.");
    const options = hub.optionsOf(channel);
    if (options.history === null) return refuse("history_off");
    const denied = await access.maySubscribe(session, channel, options);
    if (denied !== null) return denied;
    const found = await reading.head(channel);
    if (!found.ok) return found;
    const head = found.head?.offset ?? 0;
    try {
      const now = await cursors.advance(user, channel, Math.min(offset, head));
      const unread = await streams.catalogue.unread(channel, options.history, user, now, head);
      const acked = { kind: "acked", channel, offset: now, unread } as const;
      for (const one of this.#ports.sessions.ofUser(user)) {
        if (one !== session) one.push({ ...acked, request: null });
      }
      return { ok: true, offset: now, unread };
    } catch (error) {
      if (error instanceof StreamsUnavailable) return refuse("not_available");
      throw error;
    }
  }
}
