import type { Position } from "@tidewire/protocol";
import type { Entry, MessageEntry, Outgoing } from "./entry.ts";
import { type People, persons } from "./people.ts";
import type { Person } from "./person.ts";
import { append, EMPTY_LOG, type RoomLog } from "./room-log.ts";
import { roomChannel } from "./room-name.ts";

/** A room that this page is in. */
export interface Room {
  readonly name: string;
  readonly channel: string;
  readonly log: RoomLog;
  /** One's own messages on their way. They stand after everything else. */
  readonly outgoing: readonly Outgoing[];
  readonly people: People;
  /** How many are here, where `people` are only some of them. */
  readonly crowd: number | undefined;
  /** Messages of others since the room was last looked at. */
  readonly unread: number;
  /** The first of them, where a line says that new ones begin. */
  readonly unreadFrom: string | undefined;
  /** The head when the page first entered; undefined until then. What is older is no news. */
  readonly enteredAt: number | undefined;
  /** The earliest offset, once a page of history has shown that nothing is before it. */
  readonly beginsAt: number | undefined;
  readonly loadingEarlier: boolean;
  /** Why the room cannot be entered. */
  readonly refused: string | undefined;
}

/** A room that nothing is known of yet. */
export function newRoom(name: string): Room {
  return {
    name,
    channel: roomChannel(name),
    log: EMPTY_LOG,
    outgoing: [],
    people: new Map(),
    crowd: undefined,
    unread: 0,
    unreadFrom: undefined,
    enteredAt: undefined,
    beginsAt: undefined,
    loadingEarlier: false,
    refused: undefined,
  };
}

/** The people in a room who can be addressed by the person with this user id. */
export function addressable(room: Room, self: string): readonly Person[] {
  return persons(room.people).filter(({ user }) => user !== undefined && user !== self);
}

/** The position before which earlier messages may be; undefined when there are none. */
export function earlierThan(room: Room): Position | undefined {
  const first = room.log.shown.find((entry) => entry.kind === "message" && entry.position !== undefined);
  const position = first?.kind === "message" ? first.position : undefined;
  return position === undefined || position.offset <= 1 || position.offset === room.beginsAt
    ? undefined
    : position;
}

/** Adds entries that came, and takes what they confirm off the outgoing ones. */
export function receive(room: Room, entries: readonly Entry[]): Room {
  if (entries.length === 0) return room;
  const keys = new Set(entries.map((entry) => entry.key));
  const outgoing = room.outgoing.filter((message) => !keys.has(message.key));
  return {
    ...room,
    log: append(room.log, entries),
    outgoing: outgoing.length === room.outgoing.length ? room.outgoing : outgoing,
  };
}

/** Counts messages that nobody has looked at. */
export function countUnread(room: Room, entries: readonly MessageEntry[]): Room {
  const fresh = entries.filter((entry) => !entry.mine && isNews(room, entry));
  const [first] = fresh;
  if (first === undefined) return room;
  return {
    ...room,
    unread: room.unread + fresh.length,
    unreadFrom: room.unread === 0 ? first.key : room.unreadFrom,
  };
}

function isNews(room: Room, { position }: MessageEntry): boolean {
  return position === undefined || (room.enteredAt !== undefined && position.offset > room.enteredAt);
}
