import type { ChatEvent, IncomingMessage } from "./chat-event.ts";
import { type Addressee, readAddressee, readBody } from "./chat-data.ts";
import { type Entry, type MessageEntry, messageKey } from "./entry.ts";
import { join, leave, peopleFrom } from "./people.ts";
import { type Person, readPerson } from "./person.ts";
import { countUnread, receive, type Room } from "./room.ts";
import { appendNotice } from "./room-log.ts";

/** What the page knows of its rooms. */
export interface Rooms {
  readonly list: readonly Room[];
  /** The channel of the room in view. */
  readonly active: string;
}

/** Who looks, and whether they look. */
export interface Viewer {
  readonly user: string;
  /** Their inbox: what comes there only they see. */
  readonly inbox: string;
  /** The inbox's head at the first subscription; undefined until then. What is older is no news. */
  readonly inboxEnteredAt: number | undefined;
  readonly looking: boolean;
}

/** Applies events in order. Messages of one room that come in a row are added in one step. */
export function reduceAll(rooms: Rooms, events: readonly ChatEvent[], viewer: Viewer): Rooms {
  let state = rooms;
  let run: IncomingMessage[] = [];
  let channel = "";
  const flush = (): void => {
    if (run.length > 0) state = addMessages(state, channel, run, viewer);
    run = [];
  };
  for (const event of events) {
    if (event.type !== "message" || event.channel !== channel) flush();
    channel = event.channel;
    if (event.type === "message") run.push(event.message);
    else state = reduce(state, event, viewer);
  }
  flush();
  return state;
}

function reduce(rooms: Rooms, event: Exclude<ChatEvent, { type: "message" }>, viewer: Viewer): Rooms {
  return updateRoom(rooms, event.channel, (room): Room => {
    switch (event.type) {
      case "entered":
        return { ...room, enteredAt: room.enteredAt ?? event.head, refused: undefined };
      case "refused":
        return { ...room, refused: event.problem };
      case "gap":
        return receive(room, [gapEntry(room, event)]);
      case "presence":
        return { ...room, people: peopleFrom(event.members), crowd: crowdOf(event) };
      case "joined":
      case "left":
        return comeOrGo(room, event, viewer);
    }
  });
}

/** How many are in a large room, of whom only some are known; undefined in others. */
function crowdOf({ members, count }: Extract<ChatEvent, { type: "presence" }>): number | undefined {
  return count > members.length ? count : undefined;
}

/** Changes one room; an unknown channel changes nothing. */
export function updateRoom(rooms: Rooms, channel: string, change: (room: Room) => Room): Rooms {
  const index = rooms.list.findIndex((room) => room.channel === channel);
  const room = rooms.list[index];
  if (room === undefined) return rooms;
  const changed = change(room);
  return changed === room ? rooms : { ...rooms, list: rooms.list.with(index, changed) };
}

function comeOrGo(room: Room, event: Extract<ChatEvent, { type: "joined" | "left" }>, viewer: Viewer): Room {
  const { people, changed } = (event.type === "joined" ? join : leave)(room.people, event.members);
  const names = changed.filter(({ user }) => user !== viewer.user).map(({ name }) => name);
  if (names.length === 0) return { ...room, people };
  // The server's clock and this one may differ; a notice stands where it came, whatever the time.
  const last = room.log.tail.at(-1);
  const timeMs = last?.timeMs ?? 0;
  const key = `notice ${event.type} ${event.members[0]?.connection ?? ""} ${last?.key ?? ""}`;
  const notice = { kind: "notice", key, timeMs, change: event.type, names } as const;
  return { ...room, people, log: appendNotice(room.log, notice) };
}

function gapEntry(room: Room, event: Extract<ChatEvent, { type: "gap" }>): Entry {
  const missing = event.from === null || event.to === null ? undefined : event.to - event.from + 1;
  const key = `gap ${event.epoch} ${event.from ?? ""} ${event.to ?? ""}`;
  return { kind: "gap", key, timeMs: room.log.tail.at(-1)?.timeMs ?? 0, missing };
}

function addMessages(
  rooms: Rooms,
  channel: string,
  messages: readonly IncomingMessage[],
  viewer: Viewer,
): Rooms {
  if (channel === viewer.inbox)
    return messages.reduce((state, message) => addPrivate(state, message, viewer), rooms);
  return updateRoom(rooms, channel, (room) => {
    const entries = messages.flatMap((message) => roomEntries(message, viewer));
    const read = viewer.looking && rooms.active === channel;
    const news = entries.filter((entry) => entry.kind === "message");
    return receive(read ? room : countUnread(room, news), entries);
  });
}

/** A private message stands in the room it was written in, or where the person looks if they have left that. */
function addPrivate(rooms: Rooms, message: IncomingMessage, viewer: Viewer): Rooms {
  const to: Addressee = readAddressee(message.data) ?? { room: "", user: viewer.user, name: "" };
  const entry: MessageEntry = { ...messageEntry(message, viewer), to, position: undefined };
  const room = rooms.list.find(({ name }) => name === to.room);
  const channel = room?.channel ?? rooms.active;
  const isOld = viewer.inboxEnteredAt === undefined || (message.offset ?? Infinity) <= viewer.inboxEnteredAt;
  const read = isOld || (viewer.looking && rooms.active === channel);
  return updateRoom(rooms, channel, (found) => receive(read ? found : countUnread(found, [entry]), [entry]));
}

/** The entries of a message: itself, after a gap when some before it were dropped. */
export function roomEntries(message: IncomingMessage, viewer: Pick<Viewer, "user">): readonly Entry[] {
  const entry = messageEntry(message, viewer);
  if (message.dropped === undefined) return [entry];
  return [
    { kind: "gap", key: `dropped ${entry.key}`, timeMs: message.time, missing: message.dropped },
    entry,
  ];
}

function messageEntry(message: IncomingMessage, viewer: Pick<Viewer, "user">): MessageEntry {
  const { from, epoch, offset } = message;
  const author = authorOf(message);
  return {
    kind: "message",
    key: messageKey("api" in from ? undefined : (from.user ?? from.connection), message.id),
    timeMs: message.time,
    author,
    mine: author?.user === viewer.user,
    body: readBody(message.data),
    to: undefined,
    position: epoch === undefined || offset === undefined ? undefined : { epoch, offset },
  };
}

/** Who wrote it, as the server says; a message can only choose the name and the face beside it. */
function authorOf({ from, data }: IncomingMessage): Person | undefined {
  return "api" in from ? undefined : readPerson(from.user, data, from.connection);
}
