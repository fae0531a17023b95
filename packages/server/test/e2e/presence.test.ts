import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { NativeClient } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/** Two members are listed; more are counted. */
const HALL = { channels: [{ match: "room.*", presence: true, presenceList: 2 }] };

const ROOM = { channels: [{ match: "room.*", presence: true }] };

async function start(t: TestContext, graceMs: string): Promise<TestServer> {
  return startTestServer(t, { settings: { ...ROOM, sessions: { graceMs } } });
}

async function enter(
  t: TestContext,
  server: TestServer,
  user: string,
): Promise<{ client: NativeClient; connection: string; session: string }> {
  const client = await NativeClient.open(t, server);
  client.send({ type: "connect", user, info: { name: user }, subscriptions: { "room.1": {} } });
  const { connection, session } = await client.connected();
  await client.next("presence");
  return { client, connection, session };
}

describe("presence", () => {
  test("the list follows subscribed at once, oneself included, and then joins and leaves", async (t) => {
    const server = await start(t, "10s");
    const ann = await NativeClient.open(t, server, "channels=room.1&user=ann");
    const { connection } = await ann.connected();
    const subscribed = await ann.frame();
    assert.equal(subscribed.type, "subscribed");
    const presence = await ann.frame();
    assert.deepEqual(presence, {
      type: "presence",
      channel: "room.1",
      members: [{ user: "ann", connection }],
    });
    const bob = await enter(t, server, "bob");
    const join = await ann.next("join");
    assert.deepEqual(join.members, [{ user: "bob", connection: bob.connection, info: { name: "bob" } }]);
    bob.client.socket.close(1000);
    const leave = await ann.next("leave");
    assert.deepEqual(
      leave.members.map((member) => member.connection),
      [bob.connection],
    );
  });

  test("unsubscribing leaves at once, and ends what is heard of the channel", async (t) => {
    const server = await start(t, "1h");
    const ann = await enter(t, server, "ann");
    const bob = await enter(t, server, "bob");
    await ann.client.next("join");
    bob.client.send({ type: "unsubscribe", id: 1, channel: "room.1" });
    await bob.client.answer("unsubscribed", 1);
    await ann.client.next("leave");
    await server.push("room.1", "without bob");
    await ann.client.next("message");
    const after = await bob.client.settled();
    assert.deepEqual(after, []);
  });

  test("a connection that breaks stays until the grace time is over", async (t) => {
    const server = await start(t, "300ms");
    const ann = await enter(t, server, "ann");
    const bob = await enter(t, server, "bob");
    await ann.client.next("join");
    bob.client.socket.terminate();
    const leave = await ann.client.next("leave");
    assert.equal(leave.members[0]?.connection, bob.connection);
  });

  test("coming back with the session is no news to anybody", async (t) => {
    const server = await start(t, "1h");
    const ann = await enter(t, server, "ann");
    const bob = await enter(t, server, "bob");
    await ann.client.next("join");
    bob.client.socket.terminate();
    await bob.client.closed;
    const again = await NativeClient.open(t, server);
    again.send({ type: "connect", user: "bob", session: bob.session, subscriptions: { "room.1": {} } });
    const presence = await again.next("presence");
    assert.equal(presence.members.length, 2, "nothing is counted twice");
    assert.deepEqual(await ann.client.settled(), [], "nothing is announced");
  });

  test("a second transport of one session closes the first with 4409", async (t) => {
    const server = await start(t, "1h");
    const ann = await enter(t, server, "ann");
    const bob = await enter(t, server, "bob");
    await ann.client.next("join");
    const second = await NativeClient.open(t, server);
    second.send({ type: "connect", user: "bob", session: bob.session, subscriptions: { "room.1": {} } });
    assert.equal((await second.connected()).connection, bob.connection);
    const disconnect = await bob.client.next("disconnect");
    assert.deepEqual([disconnect.code, disconnect.reconnect], [4409, false]);
    assert.equal((await bob.client.closed).code, 4409);
    await second.next("presence");
    assert.deepEqual(await ann.client.settled(), []);
    await server.push("room.1", "to bob");
    await second.next("message");
  });

  test("somebody else's session is not taken over", async (t) => {
    const server = await start(t, "1h");
    const ann = await enter(t, server, "ann");
    const eve = await NativeClient.open(t, server);
    eve.send({ type: "connect", user: "eve", session: ann.session });
    const connected = await eve.connected();
    assert.notEqual(connected.connection, ann.connection);
    assert.notEqual(connected.session, ann.session);
    await ann.client.settled();
    assert.equal(ann.client.isClosed, false);
  });

  test("can be asked for, by subscribers and others; where it is off that is an error", async (t) => {
    const server = await start(t, "1h");
    const ann = await enter(t, server, "ann");
    const bob = await NativeClient.open(t, server, "user=bob");
    bob.send({ type: "presence", id: 1, channel: "room.1" });
    assert.deepEqual(
      (await bob.answer("presence", 1)).members.map(({ connection }) => connection),
      [ann.connection],
    );
    bob.send({ type: "presence", id: 2, channel: "room.empty" });
    assert.deepEqual((await bob.answer("presence", 2)).members, []);
    bob.send({ type: "presence", id: 3, channel: "news" });
    assert.equal((await bob.answer("error", 3)).code, "presence_off");
  });

  test("many who come at once are announced together", async (t) => {
    const server = await start(t, "1h");
    const ann = await enter(t, server, "ann");
    const others = await Promise.all(Array.from({ length: 20 }, (_, index) => enter(t, server, `u${index}`)));
    const expected = new Set(others.map(({ connection }) => connection));
    const seen = new Set<string>();
    while (seen.size < expected.size) {
      const join = await ann.client.next("join");
      for (const { connection } of join.members) {
        assert.ok(expected.has(connection) && !seen.has(connection));
        seen.add(connection);
      }
    }
  });
});

/** What the next frame about presence shows: who is there, or how many. */
async function nextPresence(client: NativeClient): Promise<number | readonly (string | undefined)[]> {
  const { count, members } = await client.next("presence");
  return count ?? members.map(({ user }) => user);
}

describe("presence of a large room", () => {
  test("a room that grows is counted, with some of its members, and listed again when it is small", async (t) => {
    const server = await startTestServer(t, { settings: { ...HALL, sessions: { graceMs: "1h" } } });
    const ann = await enter(t, server, "ann");
    const bob = await enter(t, server, "bob");
    assert.equal((await ann.client.next("join")).members[0]?.user, "bob");
    const cem = await NativeClient.open(t, server, "channels=room.1&user=cem");
    assert.equal(await nextPresence(cem), 3, "right after subscribed, with everybody in it");
    assert.equal(await nextPresence(ann.client), 3);
    assert.equal(await nextPresence(bob.client), 3);
    const dan = await NativeClient.open(t, server, "channels=room.1&user=dan");
    const { count, members } = await dan.next("presence");
    assert.equal(count, 4);
    assert.deepEqual(
      members.map(({ user }) => user),
      ["ann", "bob", "cem", "dan"],
    );
    assert.equal(await nextPresence(ann.client), 4, "told within a second");
    for (const client of [dan, cem, bob.client]) client.socket.close(1000);
    let shown = await nextPresence(ann.client);
    while (typeof shown === "number") shown = await nextPresence(ann.client);
    assert.deepEqual(shown, ["ann"]);
    await enter(t, server, "eve");
    assert.equal((await ann.client.next("join")).members[0]?.user, "eve", "one by one again");
  });

  test("many who come are counted exactly in the end, and cost the others a frame a second", async (t) => {
    const server = await startTestServer(t, { settings: HALL });
    const ann = await enter(t, server, "ann");
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 40 }, (_, index) => enter(t, server, `u${index}`)));
    let frames = 0;
    for (let shown: unknown; shown !== 41; frames += 1) shown = await nextPresence(ann.client);
    const seconds = (performance.now() - startedAt) / 1000;
    assert.ok(frames <= 3 + seconds, `${frames} frames in ${seconds} s`);
  });

  test("whoever asks is told the count, and a rule that changes is in effect at once", async (t) => {
    const server = await startTestServer(t, { settings: HALL });
    const ann = await enter(t, server, "ann");
    for (const user of ["bob", "cem"]) await enter(t, server, user);
    assert.equal(await nextPresence(ann.client), 3);
    const zoe = await NativeClient.open(t, server, "user=zoe");
    zoe.send({ type: "presence", id: 1, channel: "room.1" });
    assert.equal((await zoe.answer("presence", 1)).count, 3);
    server.reconfigure({ channels: [{ match: "room.*", presence: true, presenceList: 3 }] });
    assert.deepEqual(await nextPresence(ann.client), ["ann", "bob", "cem"]);
    server.reconfigure({ channels: [{ match: "room.*", presence: true, presenceList: 0 }] });
    assert.equal(await nextPresence(ann.client), 3);
  });
});
