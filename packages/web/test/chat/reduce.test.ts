import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatEvent, IncomingMessage } from "../../src/chat/chat-event.ts";
import { reduceAll, type Rooms, type Viewer } from "../../src/chat/reduce.ts";
import { newRoom, type Room } from "../../src/chat/room.ts";

const LOBBY = "demo.chat.lobby";
const HELP = "demo.chat.help";
const VIEWER: Viewer = { user: "me", inbox: "@me", inboxEnteredAt: 0, looking: true };
const ROOMS: Rooms = { list: [newRoom("lobby"), newRoom("help")], active: LOBBY };

function incoming(offset: number, user: string, text = "hi"): IncomingMessage {
  const from = { user, connection: `c-${user}` };
  return { epoch: "e1", offset, id: `m${offset}`, time: offset, from, data: { text, name: user } };
}

function said(channel: string, message: IncomingMessage): ChatEvent {
  return { type: "message", channel, message };
}

function after(events: readonly ChatEvent[], viewer: Partial<Viewer> = {}): (name: string) => Room {
  const rooms = reduceAll(ROOMS, events, { ...VIEWER, ...viewer });
  return (name) => {
    const room = rooms.list.find((found) => found.name === name);
    assert.ok(room, `there is a room ${name}`);
    return room;
  };
}

const ENTER_HELP: ChatEvent = { type: "entered", channel: HELP, head: 5 };

describe("unread messages", () => {
  it("are those of others after entering, in a room that is not looked at", () => {
    const room = after([
      ENTER_HELP,
      said(HELP, incoming(4, "bob")),
      said(HELP, incoming(5, "bob")),
      said(HELP, incoming(6, "bob")),
      said(HELP, incoming(7, "me")),
      said(HELP, incoming(8, "bob")),
    ])("help");
    assert.equal(room.unread, 2);
    assert.equal(room.unreadFrom, "bob:m6");
    assert.equal(room.log.shown.length, 5);
  });

  it("are also those of the room in view while the page is hidden", () => {
    const events = [{ ...ENTER_HELP, channel: LOBBY }, said(LOBBY, incoming(6, "bob"))];
    assert.equal(after(events)("lobby").unread, 0);
    assert.equal(after(events, { looking: false })("lobby").unread, 1);
  });

  it("stay news when the connection comes back", () => {
    const room = after([ENTER_HELP, { ...ENTER_HELP, head: 9 }, said(HELP, incoming(9, "bob"))])("help");
    assert.equal(room.unread, 1);
  });
});

describe("a private message", () => {
  const data = { text: "psst", name: "bob", private: { room: "help", user: "me", name: "Me" } };
  const secret: IncomingMessage = { ...incoming(1, "bob"), data };

  it("stands in the room it was written in", () => {
    const room = after([said("@me", secret)])("help");
    assert.deepEqual(
      room.log.shown.map((entry) => entry.kind === "message" && entry.to),
      [data.private],
    );
    assert.equal(room.unread, 1);
  });

  it("stands in the room in view when its own is not open", () => {
    const elsewhere = { ...secret, data: { ...data, private: { ...data.private, room: "cellar" } } };
    assert.equal(after([said("@me", elsewhere)])("lobby").log.shown.length, 1);
  });

  it("may come from the backend, which knows no rooms", () => {
    const note: IncomingMessage = { ...secret, from: { api: true }, data: { text: "paid" } };
    const [entry] = after([said("@me", note)])("lobby").log.shown;
    assert.ok(entry?.kind === "message");
    assert.equal(entry.author, undefined);
    assert.equal(entry.to?.user, "me");
  });

  it("is no news when it came before the page did", () => {
    assert.equal(after([said("@me", secret)], { inboxEnteredAt: 3 })("help").unread, 0);
  });

  it("cannot be forged in a room: only the inbox makes a message private", () => {
    const [entry] = after([said(LOBBY, secret)])("lobby").log.shown;
    assert.ok(entry?.kind === "message");
    assert.equal(entry.to, undefined);
  });
});

describe("the author of a message", () => {
  it("is whom the server names, whatever the message says", () => {
    const data = { from: { api: true }, user: "me", text: "hi", name: "Admin" };
    const [entry] = after([said(LOBBY, { ...incoming(1, "bob"), data })])("lobby").log.shown;
    assert.ok(entry?.kind === "message");
    assert.equal(entry.author?.user, "bob");
    assert.equal(entry.mine, false);
  });
});

describe("a message on its way", () => {
  it("is taken off when its echo comes", () => {
    const pending = {
      id: "m3",
      key: "me:m3",
      timeMs: 1,
      text: "hi",
      to: undefined,
      status: "pending",
    } as const;
    const rooms: Rooms = { ...ROOMS, list: [{ ...newRoom("lobby"), outgoing: [pending] }] };
    const [room] = reduceAll(rooms, [said(LOBBY, incoming(3, "me"))], VIEWER).list;
    assert.deepEqual(room?.outgoing, []);
    assert.equal(room?.log.shown.length, 1);
  });
});

describe("people who come and go", () => {
  const bob = { user: "bob", connection: "c1", info: { name: "Bob" } };

  it("are told quietly, but for oneself", () => {
    const room = after([
      { type: "presence", channel: LOBBY, members: [{ user: "me", connection: "c0" }], count: 1 },
      { type: "joined", channel: LOBBY, members: [bob, { user: "me", connection: "c9" }] },
      { type: "left", channel: LOBBY, members: [bob] },
    ])("lobby");
    assert.deepEqual(
      room.log.shown.map((entry) => entry.kind === "notice" && `${entry.names.join()} ${entry.change}`),
      ["Bob joined", "Bob left"],
    );
    assert.equal(room.unread, 0);
  });

  it("are not told when the list comes anew after a reconnection", () => {
    const room = after([{ type: "presence", channel: LOBBY, members: [bob], count: 1 }])("lobby");
    assert.deepEqual(room.log.shown, []);
    assert.equal(room.people.size, 1);
    assert.equal(room.crowd, undefined);
  });

  it("are counted where only some of them are known", () => {
    const room = after([{ type: "presence", channel: LOBBY, members: [bob], count: 4000 }])("lobby");
    assert.deepEqual([room.people.size, room.crowd], [1, 4000]);
  });
});

describe("messages that are missing", () => {
  it("are told with their number where it is known", () => {
    const gap = { type: "gap", channel: LOBBY, epoch: "e1" } as const;
    const room = after([
      { ...gap, from: 3, to: 7 },
      { ...gap, from: null, to: 9 },
      said(LOBBY, { ...incoming(10, "bob"), dropped: 4 }),
    ])("lobby");
    assert.deepEqual(
      room.log.shown.map((entry) => (entry.kind === "gap" ? entry.missing : entry.kind)),
      [5, undefined, 4, "message"],
    );
  });
});
