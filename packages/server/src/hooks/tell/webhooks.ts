import { createHash } from "node:crypto";
import type { ClientPublish } from "../../core/client-publish.ts";
import type { Happenings } from "../../core/happenings.ts";
import type { Published } from "../../core/publish.ts";
import type { Member } from "../../core/push.ts";
import type { Session } from "../../core/session.ts";
import type { Clock } from "../../base/clock.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Subject } from "./subject.ts";

/** Tells the backend's endpoints what happens on this server. */
export class Webhooks implements Happenings {
  readonly #endpoints: readonly Endpoint[];
  readonly #clock: Clock;

  constructor(endpoints: readonly Endpoint[], clock: Clock) {
    this.#endpoints = endpoints;
    this.#clock = clock;
  }

  /** Events that wait, all endpoints together. */
  get waiting(): number {
    return this.#endpoints.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** How long the oldest event has waited that some endpoint is being told. */
  get waitedMs(): number {
    return Math.max(0, ...this.#endpoints.map(({ waitedMs }) => waitedMs));
  }

  /** Begins to deliver what an earlier run left. */
  start(): void {
    for (const endpoint of this.#endpoints) endpoint.start();
  }

  /** Tells ends whose grace time is over. To be called now and then, until the server stops. */
  tick(): void {
    for (const endpoint of this.#endpoints) endpoint.tick();
  }

  /** Stops delivering; what was not delivered waits in the store for the next start. */
  async stop(): Promise<void> {
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.stop()));
  }

  sessionBegan(session: Session): void {
    const address = session.outbox?.address;
    const details = address === undefined ? "" : `,"address":${JSON.stringify(address)}`;
    this.#begin(connectionOf(session), details + infoOf(session.identity.infoJson));
    if (session.user !== null) this.#begin({ kind: "user", user: session.user });
  }

  sessionEnded(session: Session): void {
    this.#end(connectionOf(session));
    if (session.user !== null) this.#end({ kind: "user", user: session.user });
  }

  channelOccupied(channel: string): void {
    this.#begin({ kind: "channel", channel });
  }

  channelVacated(channel: string): void {
    this.#end({ kind: "channel", channel });
  }

  memberJoined(channel: string, member: Member): void {
    this.#begin(memberOf(channel, member), infoOf(member.infoJson));
  }

  memberLeft(channel: string, member: Member): void {
    this.#end(memberOf(channel, member));
  }

  /** A repeat is told again under the same id: the first may have been kept without being told, when the server was killed in between. */
  clientPublished(session: Session, message: ClientPublish, published: Published): Promise<void> | null {
    const { channel } = message;
    const listening = this.#endpoints.filter((endpoint) => endpoint.wantsMessagesOf(channel));
    if (listening.length === 0) return null;
    const json = this.#messageJson(session, message, published);
    return Promise.all(listening.map((endpoint) => endpoint.message(json))).then(() => undefined);
  }

  #messageJson(session: Session, message: ClientPublish, { epoch, offset, id }: Published): string {
    const { channel, key, dataJson } = message;
    const eventId = createHash("sha256")
      .update(JSON.stringify([channel, epoch, offset, id]))
      .digest("base64url");
    const facts = {
      id: `evt_${eventId.slice(0, 16)}`,
      type: "message.published",
      time: this.#clock.nowMs(),
      channel,
      ...(session.user === null ? {} : { user: session.user }),
      connection: session.connection,
      ...(offset === null ? {} : { epoch, offset }),
      messageId: id,
      ...(key === null ? {} : { key }),
    };
    return `${JSON.stringify(facts).slice(0, -1)},"data":${dataJson}}`;
  }

  #begin(subject: Subject, detailsJson = ""): void {
    for (const endpoint of this.#endpoints) endpoint.begin(subject, detailsJson);
  }

  #end(subject: Subject): void {
    for (const endpoint of this.#endpoints) endpoint.end(subject);
  }
}

function connectionOf({ connection, user }: Session): Subject {
  return { kind: "connection", connection, user };
}

function memberOf(channel: string, { user, connection }: Member): Subject {
  return { kind: "member", channel, user, connection: user === null ? connection : null };
}

function infoOf(infoJson: string | null): string {
  return infoJson === null ? "" : `,"info":${infoJson}`;
}
