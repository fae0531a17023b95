import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { SessionLimit } from "../../src/config/session-limit.ts";
import { ANONYMOUS, type Identity } from "../../src/core/identity.ts";
import { Session } from "../../src/core/session.ts";
import { makeRoom } from "../../src/core/sign-in.ts";
import { FakeOutbox, lineEncoding } from "../support/fake-outbox.ts";

const OLDEST: SessionLimit = { maxSessions: 1, whenExceeded: "disconnect-oldest" };
const REJECT: SessionLimit = { maxSessions: 1, whenExceeded: "reject-new" };
const ENCODING = lineEncoding();

function identity(parts: Partial<Identity> = {}): Identity {
  return { ...ANONYMOUS, user: "ann", ...parts };
}

function session(name: string, parts: Partial<Identity> = {}, isHere = true): Session {
  const made = new Session(name, name, identity(parts), 0);
  if (isHere) made.outbox = new FakeOutbox(ENCODING);
  return made;
}

/** Who has to go, each with its reason; or the code of the refusal. */
function outcome(others: readonly Session[], newcomer: Identity, limit: SessionLimit) {
  const leaving = makeRoom(others, newcomer, limit);
  if ("code" in leaving) return leaving.code;
  return leaving.map(({ session: { connection }, ending }) => `${connection}: ${ending.reason}`);
}

describe("one more session of a user", () => {
  test("sends the oldest away, or is refused, once there are enough", () => {
    const others = [session("first"), session("second")];
    const three = { ...OLDEST, maxSessions: 3 };
    assert.deepEqual(outcome(others, identity(), three), []);
    const two = { ...OLDEST, maxSessions: 2 };
    assert.deepEqual(outcome(others, identity(), two), ["first: signed in on another device"]);
    assert.equal(outcome(others, identity(), { ...REJECT, maxSessions: 2 }), "too_many_sessions");
  });

  test("sends as many away as a limit that was lowered asks for", () => {
    const others = [session("first"), session("second"), session("third")];
    assert.equal(outcome(others, identity(), OLDEST).length, 3);
  });

  for (const limit of [OLDEST, REJECT]) {
    test(`replaces the one on the same device first (${limit.whenExceeded})`, () => {
      const others = [session("other", { device: "laptop" }), session("own", { device: "phone" })];
      const two = { ...limit, maxSessions: 2 };
      assert.deepEqual(outcome(others, identity({ device: "phone" }), two), [
        "own: signed in again on this device",
      ]);
    });

    test(`replaces the one of the same sign-in first (${limit.whenExceeded})`, () => {
      const others = [session("other", { signIn: "s1" }), session("own", { signIn: "s2" })];
      const two = { ...limit, maxSessions: 2 };
      assert.deepEqual(outcome(others, identity({ signIn: "s2" }), two), [
        "own: signed in again on this device",
      ]);
    });

    test(`takes the place of one whose client is away before any other (${limit.whenExceeded})`, () => {
      const others = [session("here", { device: "phone" }), session("away", {}, false)];
      const two = { ...limit, maxSessions: 2 };
      assert.deepEqual(outcome(others, identity({ device: "phone" }), two), [
        "away: signed in on another device",
      ]);
    });
  }

  test("is on no known device when nobody names one", () => {
    assert.equal(outcome([session("first")], identity(), REJECT), "too_many_sessions");
  });

  test("leaves exactly as many as the limit allows, and never sends away more than it must", () => {
    const device = fc.constantFrom(null, "phone", "laptop");
    const other = fc.record({ device, isHere: fc.boolean() });
    const limits = fc.record({
      maxSessions: fc.integer({ min: 1, max: 5 }),
      whenExceeded: fc.constantFrom("disconnect-oldest" as const, "reject-new" as const),
    });
    fc.assert(
      fc.property(fc.array(other, { maxLength: 8 }), device, limits, (others, newDevice, limit) => {
        const sessions = others.map((each, index) => session(String(index), each, each.isHere));
        const leaving = makeRoom(sessions, identity({ device: newDevice }), limit);
        if ("code" in leaving) return limit.whenExceeded === "reject-new";
        const gone = new Set(leaving.map((each) => each.session));
        assert.equal(gone.size, leaving.length);
        return gone.size === Math.max(0, sessions.length + 1 - limit.maxSessions);
      }),
    );
  });
});
