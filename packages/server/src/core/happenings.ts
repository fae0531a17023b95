import type { ClientPublish } from "./client-publish.ts";
import type { Published } from "./publish.ts";
import type { Member } from "./push.ts";
import type { Session } from "./session.ts";

/** The port to whoever is told what begins and ends. Called at once, in the order in which things happen; must not throw. */
export interface Happenings {
  /** A session began or ended; what happens to its transport in between is not told. */
  sessionBegan(session: Session): void;
  sessionEnded(session: Session): void;
  /** A channel has its first subscriber, or none any more and nobody present. */
  channelOccupied(channel: string): void;
  channelVacated(channel: string): void;
  memberJoined(channel: string, member: Member): void;
  memberLeft(channel: string, member: Member): void;
  /** A client has published, or repeated a publish. Resolves when the publish may be acknowledged. */
  clientPublished(session: Session, message: ClientPublish, published: Published): Promise<void> | null;
}

/** Tells nobody. */
export const NOBODY_LISTENS: Happenings = {
  sessionBegan() {},
  sessionEnded() {},
  channelOccupied() {},
  channelVacated() {},
  memberJoined() {},
  memberLeft() {},
  clientPublished: () => null,
};
