import type { Clock } from "../base/clock.ts";
import type { Admission } from "./admission.ts";
import type { Access } from "./access.ts";
import type { Happenings } from "./happenings.ts";
import type { ClientMessage, HookData } from "./hooks.ts";
import type { Hub } from "./hub.ts";
import type { Published, Publishing } from "./publish.ts";
import { type Refusal, refuseForNow } from "./refusal.ts";
import type { Session } from "./session.ts";

/** What publishing for clients works with. */
export interface ClientPublishingPorts {
  readonly hub: Hub;
  readonly access: Access;
  readonly admission: Admission;
  readonly publishing: Publishing;
  readonly happenings: Happenings;
  /** A clock that never jumps, for the rate limits. */
  readonly clock: Clock;
}

/** A message as a client sends it. */
export interface ClientPublish extends ClientMessage {
  readonly priority: "high" | null;
}

type Decision = Refusal | HookData;

/**
 * Publishes what clients send, as far as they may.
 *
 * What one session publishes to one channel is published in the order in which it came, however long the backend takes to decide about
 * each; it is asked about one at a time. Different channels do not wait for each other.
 */
export class ClientPublishing {
  readonly #ports: ClientPublishingPorts;

  constructor(ports: ClientPublishingPorts) {
    this.#ports = ports;
  }

  /** Publishes; resolves once the message is kept, or with why it is not published. */
  async publish(session: Session, message: ClientPublish): Promise<Published | Refusal> {
    const busy = this.#ports.admission.publish();
    if (busy !== null) return busy;
    const { channel } = message;
    const before = session.publishing?.get(channel);
    // Who subscribes and then publishes on the same connection receives what it published.
    const opening = session.subscriptions.get(channel)?.opening ?? null;
    if (before !== undefined || opening !== null) {
      const earlier = Promise.all([before, opening]);
      return this.#inLine(session, message, () => earlier.then(() => this.#decide(session, message)));
    }
    const decision = this.#decide(session, message);
    return decision instanceof Promise
      ? this.#inLine(session, message, () => decision)
      : this.#begin(session, message, decision);
  }

  /** Holds this message's place until it is decided and its publish has begun, so that none after it overtakes. */
  async #inLine(
    session: Session,
    message: ClientPublish,
    decide: () => Promise<Decision>,
  ): Promise<Published | Refusal> {
    const { channel } = message;
    let leave = (): void => {};
    const place = new Promise<void>((resolve) => {
      leave = resolve;
    });
    session.publishing ??= new Map();
    session.publishing.set(channel, place);
    let publishing: Promise<Published | Refusal>;
    try {
      const decision = await decide();
      publishing = this.#begin(session, message, decision);
    } finally {
      if (session.publishing.get(channel) === place) session.publishing.delete(channel);
      if (session.publishing.size === 0) session.publishing = null;
      leave();
    }
    // Only now: the next in line begins as soon as this one has begun.
    return publishing;
  }

  #decide(session: Session, message: ClientPublish): Decision | Promise<Decision> {
    const options = this.#ports.hub.optionsOf(message.channel);
    if (options.rateLimit !== null) {
      const waitMs = session.waitToPublishMs(message.channel, options.rateLimit, this.#ports.clock.nowMs());
      if (waitMs > 0) return refuseForNow("Too many messages.", waitMs);
    }
    return this.#ports.access.mayPublish(session, message, options);
  }

  async #begin(session: Session, message: ClientPublish, decision: Decision): Promise<Published | Refusal> {
    if (!("dataJson" in decision)) return decision;
    const { dataJson } = decision;
    const { hub, publishing, happenings } = this.#ports;
    const published = await publishing.publish({
      channel: message.channel,
      dataJson,
      id: message.id,
      key: message.key,
      priority: hub.optionsOf(message.channel).clientPriority ? message.priority : null,
      exclude: null,
      from: { kind: "client", user: session.user, connection: session.connection },
      door: "client",
    });
    if (!published.ok) return published;
    const told = happenings.clientPublished(session, { ...message, dataJson }, published);
    if (told !== null) await told;
    return published;
  }
}
