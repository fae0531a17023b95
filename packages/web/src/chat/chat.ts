import { inboxOf, type JsonValue } from "@tidewire/protocol";
import type { ConnectionView } from "../look/connection-view.ts";
import { FrameBatch } from "../look/frame-batch.ts";
import { Store } from "../look/store.ts";
import { type Addressee, chatData } from "./chat-data.ts";
import type { ChatEvent } from "./chat-event.ts";
import { ChatLink, isClosed, isForbidden } from "./chat-link.ts";
import { messageKey, type Outgoing } from "./entry.ts";
import { randomId, type Self } from "./identity.ts";
import type { Person } from "./person.ts";
import { reduceAll, roomEntries, type Rooms, updateRoom, type Viewer } from "./reduce.ts";
import { earlierThan, newRoom, type Room } from "./room.ts";
import { follow, prepend, readBack } from "./room-log.ts";

/** Everything the page draws. */
export interface ChatView {
  readonly self: Self;
  readonly connection: ConnectionView;
  readonly rooms: Rooms;
}

/** What a chat needs to begin. */
export interface ChatOptions {
  /** The server's `connect` address. */
  readonly url: string;
  readonly self: Self;
  /** Names of rooms, at least one; the first is looked at. */
  readonly rooms: readonly string[];
  /** Says why a private message was refused by the server's rules. */
  readonly inboxRefused: () => string;
}

/** The chat without its looks: rooms, messages on their way, and what a person does with them. */
export class Chat {
  readonly view: Store<ChatView>;
  readonly #options: ChatOptions;
  readonly #events = new FrameBatch<ChatEvent>((events) => this.#apply(events));
  #link: ChatLink;
  #looking = true;
  #inboxEnteredAt: number | undefined;

  constructor(options: ChatOptions) {
    this.#options = options;
    const list = options.rooms.map(newRoom);
    this.view = new Store<ChatView>({
      self: options.self,
      connection: { kind: "connecting" },
      rooms: { list, active: list[0]?.channel ?? "" },
    });
    this.#link = this.#open(options.self);
  }

  /** Looks at a room, which is entered first where the page is not in it. */
  openRoom(name: string): void {
    const room = newRoom(name);
    const known = this.#room(room.channel);
    this.#changeRooms(({ list }) => ({ list: known ? list : [...list, room], active: room.channel }));
    if (known === undefined || known.refused !== undefined) this.#link.enter(room.channel);
    this.#markRead();
  }

  /** Leaves a room; the last one stays. */
  leaveRoom(channel: string): void {
    this.#changeRooms((rooms) => {
      const list = rooms.list.filter((room) => room.channel !== channel);
      const [first] = list;
      if (first === undefined) return rooms;
      this.#link.leave(channel);
      return { list, active: rooms.active === channel ? first.channel : rooms.active };
    });
    this.#markRead();
  }

  /** The page came into view or went out of it: what comes to a hidden page is unread. */
  setLooking(looking: boolean): void {
    this.#looking = looking;
    if (looking) this.#markRead();
  }

  /** The newest messages of a room are in view, or somebody reads back. */
  follow(channel: string, newest: boolean): void {
    this.#changeRoom(channel, (room) => {
      const log = newest ? follow(room.log) : readBack(room.log);
      return log === room.log ? room : { ...room, log };
    });
  }

  /** Sends a text to a room, or to one person in it. It shows at once, as pending. */
  send(channel: string, text: string, to: Person | undefined): void {
    const room = this.#room(channel);
    if (room === undefined) return;
    const id = randomId(20);
    const addressee: Addressee | undefined =
      to?.user === undefined ? undefined : { room: room.name, user: to.user, name: to.name };
    const message: Outgoing = {
      id,
      key: messageKey(this.view.value.self.user, id),
      timeMs: Date.now(),
      text,
      to: addressee,
      status: "pending",
    };
    this.#changeRoom(channel, (before) => ({
      ...before,
      log: follow(before.log),
      outgoing: [...before.outgoing, message],
      unreadFrom: undefined,
    }));
    void this.#publish(channel, message);
  }

  /** Sends a refused message again, under the same id. */
  retry(channel: string, id: string): void {
    const message = this.#room(channel)?.outgoing.find((outgoing) => outgoing.id === id);
    if (message === undefined) return;
    const { problem: _, ...rest } = message;
    const again: Outgoing = { ...rest, status: "pending" };
    this.#changeRoom(channel, (room) => replaceOutgoing(room, again));
    void this.#publish(channel, again);
  }

  /** Forgets a refused message. */
  discard(channel: string, id: string): void {
    this.#changeRoom(channel, (room) => ({
      ...room,
      outgoing: room.outgoing.filter((message) => message.id !== id),
    }));
  }

  /** Adds the page of messages before the earliest one shown. */
  async loadEarlier(channel: string): Promise<void> {
    const room = this.#room(channel);
    const before = room === undefined ? undefined : earlierThan(room);
    if (room === undefined || before === undefined || room.loadingEarlier) return;
    this.#changeRoom(channel, (found) => ({ ...found, loadingEarlier: true }));
    try {
      const page = await this.#link.earlier(channel, before);
      const entries = page.messages.flatMap((message) => roomEntries(message, this.view.value.self));
      const beginsAt = page.more ? undefined : (page.messages[0]?.offset ?? before.offset);
      this.#changeRoom(channel, (found) => ({
        ...found,
        log: prepend(readBack(found.log), entries),
        beginsAt,
      }));
    } catch {
      // Offline, or the server was too busy: the button is there to press again.
    }
    this.#changeRoom(channel, (found) => ({ ...found, loadingEarlier: false }));
  }

  /** Takes another name or face. The others see it without a leave and a join. */
  become(self: Self): void {
    const old = this.#link;
    this.#changeView({ self });
    // The new connection is there before the old one goes, so that this person never leaves.
    this.#link = this.#open(self, () => old.close());
  }

  /** Comes back after the server ended the connection. */
  comeBack(): void {
    this.#link.connect();
  }

  #open(self: Self, whenLive?: () => void): ChatLink {
    let pending = whenLive;
    const link = new ChatLink(this.#options.url, self, {
      onEvent: (event) => this.#hear(event),
      onState: (connection) => {
        if (connection.kind === "live") {
          pending?.();
          pending = undefined;
        }
        this.#changeView({ connection });
      },
    });
    for (const { channel } of this.view.value.rooms.list) link.enter(channel);
    link.enter(link.inbox);
    return link;
  }

  #hear(event: ChatEvent): void {
    if (event.type === "entered" && event.channel === inboxOf(this.view.value.self.user)) {
      this.#inboxEnteredAt ??= event.head;
    }
    this.#events.push(event);
  }

  #apply(events: readonly ChatEvent[]): void {
    const { user } = this.view.value.self;
    const viewer: Viewer = {
      user,
      inbox: inboxOf(user),
      inboxEnteredAt: this.#inboxEnteredAt,
      looking: this.#looking,
    };
    this.#changeRooms((rooms) => reduceAll(rooms, events, viewer));
  }

  async #publish(channel: string, message: Outgoing): Promise<void> {
    const { self } = this.view.value;
    const data = chatData(self, message.text, message.to);
    try {
      if (message.to === undefined) await this.#deliver(channel, data, message.id);
      else await this.#publishPrivately(inboxOf(message.to.user), data, message.id);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const problem = message.to !== undefined && isForbidden(error) ? this.#options.inboxRefused() : said;
      this.#changeRoom(channel, (room) => replaceOutgoing(room, { ...message, status: "refused", problem }));
    }
  }

  /** To the other's inbox, and then to one's own, which shows it here and in one's other tabs. */
  async #publishPrivately(inbox: string, data: JsonValue, id: string): Promise<void> {
    await this.#deliver(inbox, data, id);
    await this.#deliver(inboxOf(this.view.value.self.user), data, id);
  }

  /** A link that was replaced while a message waited hands it on: under its id it is stored once. */
  async #deliver(channel: string, data: JsonValue, id: string): Promise<void> {
    const link = this.#link;
    try {
      await link.publish(channel, data, id);
    } catch (error) {
      if (!isClosed(error) || link === this.#link) throw error;
      await this.#deliver(channel, data, id);
    }
  }

  #markRead(): void {
    if (!this.#looking) return;
    const { active } = this.view.value.rooms;
    this.#changeRoom(active, (room) => (room.unread === 0 ? room : { ...room, unread: 0 }));
  }

  #room(channel: string): Room | undefined {
    return this.view.value.rooms.list.find((room) => room.channel === channel);
  }

  #changeRoom(channel: string, change: (room: Room) => Room): void {
    this.#changeRooms((rooms) => updateRoom(rooms, channel, change));
  }

  #changeRooms(change: (rooms: Rooms) => Rooms): void {
    const rooms = change(this.view.value.rooms);
    if (rooms !== this.view.value.rooms) this.#changeView({ rooms });
  }

  #changeView(change: Partial<ChatView>): void {
    this.view.set({ ...this.view.value, ...change });
  }
}

function replaceOutgoing(room: Room, message: Outgoing): Room {
  const outgoing = room.outgoing.map((before) => (before.id === message.id ? message : before));
  return { ...room, outgoing };
}
