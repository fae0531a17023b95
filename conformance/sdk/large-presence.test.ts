import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Tidewire } from "@tidewire/client";
import { clientOf } from "./support/clients.ts";
import { serverFor } from "./support/start-server.ts";

/** Resolves when the client's room shows so many. */
function shows(client: Tidewire, count: number): Promise<void> {
  const room = client.subscribe("room.1");
  return new Promise((resolve) => {
    const look = (): void => {
      if (room.memberCount !== count) return;
      stop();
      resolve();
    };
    const stop = room.on("presence", look);
    look();
  });
}

test("everybody in a room that grows and shrinks sees how many are there", async (t: TestContext) => {
  const server = await serverFor(t, {
    channels: [{ match: "room.*", presence: true, presenceList: 3 }],
    sessions: { graceMs: "1s" },
  });
  const clients = Array.from({ length: 8 }, (_, index) => clientOf(t, server.url, { user: `u${index}` }));
  const [first] = clients;
  assert.ok(first);
  const joined: unknown[] = [];
  first.subscribe("room.1").on("join", (members) => joined.push(...members));
  for (const client of clients) await client.subscribe("room.1").ready();
  await Promise.all(clients.map((client) => shows(client, 8)));
  assert.ok(joined.length <= 3, "not told one by one");
  assert.equal((await first.presence("room.1")).count, 8);
  for (const client of clients.slice(2)) client.close();
  await shows(first, 2);
  const { members } = first.subscribe("room.1");
  assert.deepEqual(
    members.map(({ user }) => user),
    ["u0", "u1"],
    "everybody, since it is a small room again",
  );
});
