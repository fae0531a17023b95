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

/** Tells several; null is nobody. */
export function toldTo(listeners: readonly (Happenings | null)[]): Happenings {
  const all = listeners.filter((one) => one !== null);
  const [first = NOBODY_LISTENS] = all;
  return all.length < 2 ? first : new Several(all);
}

class Several implements Happenings {
  readonly #all: readonly Happenings[];

  constructor(all: readonly Happenings[]) {
    this.#all = all;
  }

  sessionBegan(session: Session): void {
    for (const one of this.#all) one.sessionBegan(session);
  }

  sessionEnded(session: Session): void {
    for (const one of this.#all) one.sessionEnded(session);
  }

  channelOccupied(channel: string): void {
    for (const one of this.#all) one.channelOccupied(channel);
  }

  channelVacated(channel: string): void {
    for (const one of this.#all) one.channelVacated(channel);
  }

  memberJoined(channel: string, member: Member): void {
    for (const one of this.#all) one.memberJoined(channel, member);
  }

  memberLeft(channel: string, member: Member): void {
    for (const one of this.#all) one.memberLeft(channel, member);
  }

  clientPublished(session: Session, message: ClientPublish, published: Published): Promise<void> | null {
    const waiting = this.#all
      .map((one) => one.clientPublished(session, message, published))
      .filter((one) => one !== null);
    return waiting.length === 0 ? null : Promise.all(waiting).then(() => undefined);
  }
}
