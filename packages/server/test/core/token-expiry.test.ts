import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Push } from "@tidewire/protocol";
import { ANONYMOUS, type Identity } from "../../src/core/identity.ts";
import type { Session } from "../../src/core/session.ts";
import { CoreWorld, GRACE_MS } from "../support/core-world.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const ENCODING = lineEncoding();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As the world is told. */
const TOLERANCE_MS = 5000;

/** Ann, whose token ends so much later than the world's present. */
function annFor(world: CoreWorld, lastsMs: number): Identity {
  return { ...ANONYMOUS, user: "ann", authenticated: true, expiresAtMs: world.clock.nowMs() + lastsMs };
}

function enter(world: CoreWorld, lastsMs: number): { readonly session: Session; readonly own: FakeOutbox } {
  const own = new FakeOutbox(ENCODING);
  const session = world.connect(own, { identity: annFor(world, lastsMs) });
  own.drain();
  return { session, own };
}

/** Lets time pass in the steps of the server's ticker. */
function passTime(world: CoreWorld, ms: number): void {
  for (let leftMs = ms; leftMs > 0; leftMs -= 1000) {
    world.clock.advance(Math.min(leftMs, 1000));
    world.wheel.advance();
  }
}

function refreshes(pushes: readonly Push[]): readonly number[] {
  return pushes.flatMap((push) => (push.type === "refresh" ? [push.expiresInMs] : []));
}

describe("a session whose token ends", () => {
  test("is asked once for a newer one a minute before, and ends when none comes", () => {
    const world = new CoreWorld();
    const { session, own } = enter(world, 10 * MINUTE_MS);
    passTime(world, 9 * MINUTE_MS - 1000);
    assert.deepEqual(refreshes(own.drain()), []);
    passTime(world, 2000);
    const [expiresInMs = 0] = refreshes(own.drain());
    assert.ok(expiresInMs > 58_000 && expiresInMs <= 60_000, String(expiresInMs));
    passTime(world, MINUTE_MS + TOLERANCE_MS - 2000);
    assert.deepEqual([refreshes(own.drain()), own.closed], [[], null]);
    passTime(world, 2000);
    assert.equal(own.closed?.code, 4101);
    const disconnect = own.drain().find(({ type }) => type === "disconnect");
    assert.ok(disconnect?.type === "disconnect" && disconnect.reconnect);
    assert.ok(session.ended);
    assert.equal(world.wheel.size, 0);
  });

  test("is asked after half of its time, when it lasts for less than two minutes", () => {
    const world = new CoreWorld();
    const { own } = enter(world, 20_000);
    passTime(world, 9000);
    assert.deepEqual(refreshes(own.drain()), []);
    passTime(world, 2000);
    assert.equal(
      refreshes(own.drain()).length,
      1,
      "whoever gets tokens for seconds must not ask without pause",
    );
  });

  test("goes on when it got a newer one, and is asked again before the end of that", () => {
    const world = new CoreWorld();
    const { session, own } = enter(world, 10 * MINUTE_MS);
    passTime(world, 9.5 * MINUTE_MS);
    world.sessions.renew(session, annFor(world, 10 * MINUTE_MS));
    own.drain();
    passTime(world, 9 * MINUTE_MS - 1000);
    assert.deepEqual([refreshes(own.drain()), own.closed], [[], null]);
    passTime(world, 2000);
    assert.equal(refreshes(own.drain()).length, 1);
  });

  test("ends too while it has no transport", () => {
    const world = new CoreWorld();
    const { session, own } = enter(world, 4000);
    world.sessions.detach(session, own, 1006);
    assert.ok(GRACE_MS > 4000 + TOLERANCE_MS);
    passTime(world, 4000 + TOLERANCE_MS);
    assert.ok(session.ended);
    assert.equal(world.sessions.size, 0);
  });

  test("is taken over by whoever has a newer one, and lasts as long as that", () => {
    const world = new CoreWorld();
    const { session, own } = enter(world, 5 * MINUTE_MS);
    world.sessions.detach(session, own, 1006);
    const next = new FakeOutbox(ENCODING);
    const identity = annFor(world, HOUR_MS);
    assert.equal(world.connect(next, { identity, sessionId: session.id }), session);
    passTime(world, 10 * MINUTE_MS);
    assert.equal(next.closed, null);
    assert.equal(session.identity, identity);
  });

  test("is not taken over by somebody without a name", () => {
    const world = new CoreWorld();
    const { session, own } = enter(world, 5 * MINUTE_MS);
    world.sessions.detach(session, own, 1006);
    const other = world.connect(new FakeOutbox(ENCODING), { sessionId: session.id });
    assert.notEqual(other, session);
    assert.equal(other.user, null);
  });

  test("whose token lasts for years is looked at every hour, so that a clock that is set is noticed", () => {
    const world = new CoreWorld();
    const { own } = enter(world, 10 * 365 * 24 * HOUR_MS);
    for (let hour = 0; hour < 48; hour += 1) {
      world.clock.advance(HOUR_MS);
      world.wheel.advance();
    }
    assert.deepEqual([refreshes(own.drain()), own.closed, world.wheel.size], [[], null, 1]);
  });

  test("leaves nothing behind when it is gone", () => {
    const world = new CoreWorld();
    const { session, own } = enter(world, HOUR_MS);
    world.sessions.renew(session, annFor(world, 2 * HOUR_MS));
    assert.equal(world.wheel.size, 1);
    world.sessions.detach(session, own, 1000);
    assert.equal(world.wheel.size, 0);
  });
});

test("a session without a token waits for nothing", () => {
  const world = new CoreWorld();
  const session = world.connect(new FakeOutbox(ENCODING));
  assert.deepEqual([session.watchedToken, world.wheel.size], [null, 0]);
});
