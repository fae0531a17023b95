import assert from "node:assert/strict";
import { test } from "node:test";
import { subscribed } from "./support/pushes.ts";
import { startConnected } from "./support/start-client.ts";

const ANN = { user: "ann", connection: "c1" };
const BOB = { user: "bob", connection: "c2" };

test("of a large room it is known how many are there, and who some of them are", (t) => {
  const { host, client } = startConnected(t);
  const room = client.subscribe("room");
  const told: unknown[] = [];
  room.on("presence", (members) => told.push([members.length, room.memberCount]));
  assert.equal(room.memberCount, 0);
  host.socket.receive(
    subscribed("room", 0),
    { type: "presence", channel: "room", members: [ANN] },
    { type: "join", channel: "room", members: [BOB] },
    { type: "presence", channel: "room", count: 201, members: [ANN, BOB] },
    { type: "presence", channel: "room", count: 48_210, members: [BOB] },
  );
  assert.deepEqual(room.members, [BOB]);
  host.socket.receive({ type: "presence", channel: "room", members: [ANN, BOB] });
  host.socket.receive({ type: "leave", channel: "room", members: [ANN] });
  assert.deepEqual(told, [
    [1, 1],
    [2, 2],
    [2, 201],
    [1, 48_210],
    [2, 2],
    [1, 1],
  ]);
});

test("whoever asks is told how many are there, in rooms of every size", async (t) => {
  const { host, client } = startConnected(t);
  const small = client.presence("room");
  const large = client.presence("hall");
  const [first = 0, second = 0] = host.socket.sentOf("presence").map(({ id }) => id);
  host.socket.receive(
    { type: "presence", id: first, channel: "room", members: [ANN, BOB] },
    { type: "presence", id: second, channel: "hall", count: 300, members: [ANN] },
  );
  assert.deepEqual(await small, { members: [ANN, BOB], count: 2 });
  assert.deepEqual(await large, { members: [ANN], count: 300 });
});
