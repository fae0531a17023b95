import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Push } from "@tidewire/protocol";
import { ANONYMOUS } from "../../src/core/identity.ts";
import type { Session } from "../../src/core/session.ts";
import { CoreWorld, GRACE_MS } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();
const KICKED = { code: 4400, reason: "out", retryAfterMs: 0 };

function outbox(): FakeOutbox {
  return new FakeOutbox(ENCODING);
}

/** A world with presence everywhere, and somebody who watches `room`. */
async function watchedRoom(): Promise<{ world: CoreWorld; watcher: FakeOutbox }> {
  const world = new CoreWorld(() => ({ presence: true }));
  const watcher = outbox();
  world.connect(watcher, { subscriptions: [{ channel: "room" }] });
  await world.settle();
  watcher.drain();
  return { world, watcher };
}

async function enter(
  world: CoreWorld,
  user: string | null = null,
): Promise<{ session: Session; own: FakeOutbox }> {
  const own = outbox();
  const session = world.connect(own, {
    identity: { ...ANONYMOUS, user },
    subscriptions: [{ channel: "room" }],
  });
  await world.settle();
  return { session, own };
}

/** What presence told, in short: `+a` for a join, `-a` for a leave. */
function comings(pushes: readonly Push[]): readonly string[] {
  return pushes.flatMap((push) => {
    if (push.type !== "join" && push.type !== "leave") return [];
    return push.members.map(({ connection }) => `${push.type === "join" ? "+" : "-"}${connection}`);
  });
}

async function passTime(world: CoreWorld, ms: number): Promise<void> {
  world.clock.advance(ms);
  world.sessions.expire();
  await world.settle();
}

describe("a session that loses its transport", () => {
  test("keeps its presence for the grace time, and then leaves", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world);
    world.sessions.detach(session, own, 1006);
    await passTime(world, GRACE_MS - 1);
    assert.deepEqual(comings(watcher.drain()), [`+${session.connection}`]);
    await passTime(world, 1);
    assert.deepEqual(comings(watcher.drain()), [`-${session.connection}`]);
    assert.equal(world.sessions.size, 1, "only the watcher is left");
  });

  test("leaves at once when it was closed with 1000", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world);
    world.sessions.detach(session, own, 1000);
    await world.settle();
    assert.deepEqual(comings(watcher.drain()), [`+${session.connection}`, `-${session.connection}`]);
    assert.equal(world.sessions.byConnection(session.connection), undefined);
  });

  test("that comes back in time is announced neither as leaving nor as coming", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world, "ann");
    watcher.drain();
    world.sessions.detach(session, own, 1006);
    await passTime(world, GRACE_MS - 1);
    const again = world.connect(outbox(), {
      identity: { ...ANONYMOUS, user: "ann" },
      sessionId: session.id,
      subscriptions: [{ channel: "room" }],
    });
    assert.equal(again, session);
    await passTime(world, 10 * GRACE_MS);
    assert.deepEqual(comings(watcher.drain()), []);
  });

  test("that comes back and does not ask for the channel again leaves it after the grace time", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world);
    world.sessions.detach(session, own, 1006);
    world.connect(outbox(), { sessionId: session.id });
    await passTime(world, GRACE_MS);
    assert.deepEqual(comings(watcher.drain()), [`+${session.connection}`, `-${session.connection}`]);
  });

  test("soon after coming back has the whole grace time again", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world);
    watcher.drain();
    world.sessions.detach(session, own, 1006);
    const second = outbox();
    world.connect(second, { sessionId: session.id, subscriptions: [{ channel: "room" }] });
    await passTime(world, GRACE_MS - 1);
    world.sessions.detach(session, second, 1006);
    await passTime(world, GRACE_MS - 1);
    assert.deepEqual(comings(watcher.drain()), [], "what is left of the first return must not cut it short");
    await passTime(world, 1);
    assert.deepEqual(comings(watcher.drain()), [`-${session.connection}`]);
  });

  test("is not in the channel's way: the last one's leaving closes it", async () => {
    const world = new CoreWorld(() => ({ presence: true }));
    const { session, own } = await enter(world);
    world.sessions.detach(session, own, 1006);
    assert.deepEqual(world.streams.opened, ["room"], "somebody is present still");
    await passTime(world, GRACE_MS);
    assert.deepEqual(world.streams.opened, []);
    assert.equal(world.hub.channelCount, 0);
  });

  test("while its channel is being opened leaves nothing behind", async () => {
    const world = new CoreWorld(() => ({ presence: true }));
    const own = outbox();
    const session = world.connect(own, { subscriptions: [{ channel: "room" }] });
    world.sessions.detach(session, own, 1006);
    await passTime(world, GRACE_MS);
    assert.equal(world.hub.channelCount, 0);
    assert.equal(world.sessions.size, 0);
  });
});

describe("taking over a session", () => {
  test("closes the older transport with 4409 and says why", async () => {
    const world = new CoreWorld();
    const first = outbox();
    const session = world.connect(first, { subscriptions: [{ channel: "news" }] });
    await world.settle();
    first.drain();
    const second = outbox();
    world.connect(second, { sessionId: session.id, subscriptions: [{ channel: "news" }] });
    assert.equal(first.closed?.code, 4409);
    const [disconnect] = first.drain();
    assert.ok(disconnect?.type === "disconnect" && disconnect.code === 4409 && !disconnect.reconnect);
    await world.settle();
    await world.publish("news", 1);
    await world.settle();
    assert.deepEqual(
      second.drain().map(({ type }) => type),
      ["connected", "subscribed", "message"],
    );
    // The older transport's close arrives late; it must not take the newer one away.
    world.sessions.detach(session, first, 4409);
    assert.equal(session.outbox, second);
  });

  test("needs the same user; anybody else begins a session of their own", () => {
    const world = new CoreWorld();
    const ann = world.connect(outbox(), { identity: { ...ANONYMOUS, user: "ann" } });
    const eve = world.connect(outbox(), { identity: { ...ANONYMOUS, user: "eve" }, sessionId: ann.id });
    const anonymous = world.connect(outbox(), { sessionId: ann.id });
    assert.equal(new Set([ann, eve, anonymous]).size, 3);
    assert.notEqual(ann.outbox, null, "the owner is not disturbed");
  });

  test("while a subscription is opening leaves one subscription, on the newer transport", async () => {
    const { world, watcher } = await watchedRoom();
    const first = outbox();
    const session = world.connect(first, { subscriptions: [{ channel: "room" }] });
    const second = outbox();
    world.connect(second, { sessionId: session.id, subscriptions: [{ channel: "room" }] });
    await world.settle();
    await world.publish("room", 1);
    await world.settle();
    assert.equal(first.drain().filter(({ type }) => type === "message").length, 0);
    assert.equal(second.drain().filter(({ type }) => type === "message").length, 1);
    assert.deepEqual(comings(watcher.drain()), [`+${session.connection}`]);
    assert.equal(world.hub.get("room")?.subscriberCount, 2);
  });

  test("while the channel cannot be opened ends the presence that was kept", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world);
    watcher.drain();
    world.sessions.detach(session, own, 1006);
    const second = outbox();
    world.connect(second, { sessionId: session.id });
    // The position leads to the store, which is away.
    world.streams.locate = async () => {
      await world.breathe();
      throw new Error("a bug in the store");
    };
    world.subscribing.subscribe(session, "room", { epoch: "other", offset: 3 }, 7);
    await passTime(world, GRACE_MS);
    await world.settle();
    const error = second.drain().find(({ type }) => type === "error");
    assert.ok(error?.type === "error" && error.id === 7 && error.code === "internal");
    assert.deepEqual(comings(watcher.drain()), [`-${session.connection}`], "no ghost stays in the room");
    assert.equal(world.reported.length, 1);
  });
});

describe("a kick", () => {
  test("tells why, closes, ends presence at once, and refuses the session afterwards", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world, "ann");
    own.drain();
    assert.deepEqual(await world.kicking.disconnectUser("ann", KICKED), { ok: true, connections: 1 });
    await world.settle();
    const disconnect = own.drain().at(-1);
    assert.ok(disconnect?.type === "disconnect" && disconnect.reason === "out" && !disconnect.reconnect);
    assert.deepEqual(own.closed, { code: 4400, reason: "out" });
    assert.deepEqual(comings(watcher.drain()), [`+${session.connection}`, `-${session.connection}`]);
    const refused = world.tryConnect(outbox(), {
      identity: { ...ANONYMOUS, user: "ann" },
      sessionId: session.id,
    });
    assert.ok("code" in refused && refused.code === "session_refused");
    assert.equal(refused.message, "out", "whoever comes back with it reads why");
  });

  test("ends sessions without transport, too", async () => {
    const { world, watcher } = await watchedRoom();
    const { session, own } = await enter(world, "ann");
    world.sessions.detach(session, own, 1006);
    assert.deepEqual(await world.kicking.disconnectUser("ann", KICKED), { ok: true, connections: 1 });
    await world.settle();
    assert.deepEqual(comings(watcher.drain()), [`+${session.connection}`, `-${session.connection}`]);
    const refused = world.tryConnect(outbox(), { sessionId: session.id });
    assert.ok("code" in refused && refused.code === "session_refused");
  });

  test("in the step in which the session is taken over ends it on the new transport", async () => {
    const world = new CoreWorld();
    const identity = { ...ANONYMOUS, user: "ann" };
    const [first, second] = [outbox(), outbox()];
    const { id } = world.connect(first, { identity });
    world.connect(second, { identity, sessionId: id });
    await world.kicking.disconnectUser("ann", KICKED);
    assert.equal(first.closed?.code, 4409);
    assert.deepEqual(second.closed, { code: 4400, reason: "out" });
    const late = world.tryConnect(outbox(), { identity, sessionId: id });
    assert.ok("code" in late && late.code === "session_refused");
  });

  test("is carried out though the store cannot keep it, and is answered with that until it can", async () => {
    const world = new CoreWorld();
    const own = outbox();
    const identity = { ...ANONYMOUS, user: "ann" };
    const { id } = world.connect(own, { identity });
    world.control.fails = true;
    for (const _time of ["first", "again"]) {
      const answer = await world.kicking.disconnectUser("ann", KICKED);
      assert.ok(!answer.ok && answer.code === "not_available");
    }
    assert.equal(own.closed?.code, 4400);
    assert.ok("code" in world.tryConnect(outbox(), { identity, sessionId: id }));
    world.control.fails = false;
    assert.deepEqual(await world.kicking.disconnectUser("ann", KICKED), { ok: true, connections: 0 });
    assert.deepEqual(
      (await world.control.load()).map(({ kind }) => kind),
      ["session"],
      "the repeat has kept what the first order decided",
    );
  });

  test("while a subscription is opening leaves nothing of it", async () => {
    const world = new CoreWorld(() => ({ presence: true }));
    const own = outbox();
    world.connect(own, { identity: { ...ANONYMOUS, user: "ann" }, subscriptions: [{ channel: "room" }] });
    await world.kicking.disconnectUser("ann", KICKED);
    await world.settle();
    assert.equal(world.hub.channelCount, 0);
    assert.deepEqual(
      own.drain().map(({ type }) => type),
      ["connected", "disconnect"],
      "disconnect is the last frame",
    );
  });

  test("happens once, however often it is ordered", async () => {
    const world = new CoreWorld();
    const own = outbox();
    const session = world.connect(own, { identity: { ...ANONYMOUS, user: "ann" } });
    own.drain();
    world.sessions.end(session, KICKED);
    world.sessions.end(session, { ...KICKED, code: 4999 });
    const late = await world.kicking.disconnectConnection(session.connection, KICKED);
    assert.ok(!late.ok && late.code === "not_found");
    assert.equal(own.drain().length, 1);
    assert.equal(own.closed?.code, 4400);
  });

  test("with a code that lets the client come back does not refuse its session", () => {
    const world = new CoreWorld();
    const session = world.connect(outbox());
    world.sessions.end(session, { code: 4000, reason: "restart", retryAfterMs: 100 });
    assert.ok(!("code" in world.tryConnect(outbox(), { sessionId: session.id })));
  });
});

describe("taking somebody out of a room", () => {
  test("ends the subscriptions of all of the user's sessions, which stay connected", async () => {
    const { world, watcher } = await watchedRoom();
    const phone = await enter(world, "ann");
    const laptop = await enter(world, "ann");
    phone.own.drain();
    assert.equal(world.kicking.unsubscribe("ann", "room", "be nice"), 2);
    await world.publish("room", "secret");
    await world.settle();
    const heard = phone.own.drain().filter((push) => "channel" in push && push.channel === "room");
    assert.deepEqual(heard, [{ type: "unsubscribed", channel: "room", reason: "be nice" }]);
    assert.equal(phone.own.closed, null);
    assert.deepEqual(
      comings(watcher.drain()).toSorted(),
      [
        `+${laptop.session.connection}`,
        `+${phone.session.connection}`,
        `-${laptop.session.connection}`,
        `-${phone.session.connection}`,
      ].toSorted(),
    );
  });

  test("puts a user back in, on the devices that are connected", async () => {
    const { world } = await watchedRoom();
    const phone = await enter(world, "ann");
    world.kicking.unsubscribe("ann", "room", "be nice");
    phone.own.drain();
    world.kicking.subscribe("ann", "room");
    await world.settle();
    assert.equal(phone.own.drain()[0]?.type, "subscribed");
  });
});
