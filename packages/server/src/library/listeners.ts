import type { ClientPublish } from "../core/client-publish.ts";
import type { Happenings } from "../core/happenings.ts";
import type { Published } from "../core/publish.ts";
import type { Member } from "../core/push.ts";
import type { Session } from "../core/session.ts";
import { factsOf, type TidewireEvents } from "./events.ts";

/** Hears an event. What it returns is ignored, save that a rejected promise is reported like a throw. */
export type Listener<Event> = (event: Event) => unknown;

type Listeners = { readonly [Name in keyof TidewireEvents]: Set<Listener<TidewireEvents[Name]>> };

/**
 * Tells functions what happens.
 *
 * They are called in the order of the events, after what is going on is done: a listener may call whatever it likes. One that throws is
 * reported and harms nobody.
 */
export class EventListeners implements Happenings {
  readonly #listeners: Listeners = {
    "connection.opened": new Set(),
    "connection.closed": new Set(),
    "channel.occupied": new Set(),
    "channel.vacated": new Set(),
    "member.joined": new Set(),
    "member.left": new Set(),
    "message.published": new Set(),
  };
  /** Told of a listener that failed, and of the event that it was told. */
  readonly #report: (name: keyof TidewireEvents, error: unknown) => void;

  constructor(report: (name: keyof TidewireEvents, error: unknown) => void) {
    this.#report = report;
  }

  /** Adds a listener and returns what removes it. */
  on<Name extends keyof TidewireEvents>(name: Name, listener: Listener<TidewireEvents[Name]>): () => void {
    const listeners: Set<Listener<TidewireEvents[Name]>> = this.#listeners[name];
    // The same function may be added twice.
    const own: Listener<TidewireEvents[Name]> = (event) => listener(event);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  sessionBegan(session: Session): void {
    const { device, infoJson } = session.identity;
    const address = session.outbox?.address;
    this.#tell("connection.opened", () => ({
      ...factsOf(session),
      ...infoOf(infoJson),
      ...(device === null ? {} : { device }),
      ...(address === undefined ? {} : { address }),
    }));
  }

  sessionEnded(session: Session): void {
    this.#tell("connection.closed", () => factsOf(session));
  }

  channelOccupied(channel: string): void {
    this.#tell("channel.occupied", () => ({ channel }));
  }

  channelVacated(channel: string): void {
    this.#tell("channel.vacated", () => ({ channel }));
  }

  memberJoined(channel: string, member: Member): void {
    this.#tell("member.joined", () => ({ channel, ...factsOf(member), ...infoOf(member.infoJson) }));
  }

  memberLeft(channel: string, member: Member): void {
    this.#tell("member.left", () => ({ channel, ...factsOf(member) }));
  }

  clientPublished(session: Session, { channel, key, dataJson }: ClientPublish, published: Published): null {
    const { epoch, offset, id, duplicate } = published;
    if (duplicate) return null;
    this.#tell("message.published", () => ({
      channel,
      ...factsOf(session),
      ...(epoch === null || offset === null ? {} : { epoch, offset }),
      messageId: id,
      ...(key === null ? {} : { key }),
      data: parse(dataJson),
    }));
    return null;
  }

  /** The event is made only when somebody listens. */
  #tell<Name extends keyof TidewireEvents>(name: Name, event: () => TidewireEvents[Name]): void {
    const listeners: Set<Listener<TidewireEvents[Name]>> = this.#listeners[name];
    if (listeners.size === 0) return;
    queueMicrotask(() => {
      const told = event();
      for (const listener of listeners) void this.#call(name, () => listener(told));
    });
  }

  async #call(name: keyof TidewireEvents, listener: () => unknown): Promise<void> {
    try {
      await listener();
    } catch (error) {
      this.#report(name, error);
    }
  }
}

function infoOf(json: string | null): { readonly info?: unknown } {
  return json === null ? {} : { info: parse(json) };
}

function parse(json: string): unknown {
  return JSON.parse(json);
}
