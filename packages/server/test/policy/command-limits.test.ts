import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANONYMOUS } from "../../src/core/identity.ts";
import { Session } from "../../src/core/session.ts";
import { CommandLimits, type CommandLimitsOptions } from "../../src/policy/command-limits.ts";
import { FakeClock } from "../support/fake-clock.ts";

const OFF = {
  messagesPerConnection: null,
  messagesPerUser: null,
  bytesPerConnection: null,
  bytesPerUser: null,
};

function limitsOf(options: Partial<CommandLimitsOptions>) {
  const clock = new FakeClock(0);
  const hits: string[] = [];
  const limits = new CommandLimits({ ...OFF, ...options }, clock, {
    hit: (limit, { connection, user }) => void hits.push(`${limit} ${connection} ${user}`),
  });
  return { limits, clock, hits };
}

function sessionOf(connection: string, user: string | null): Session {
  return new Session(`secret of ${connection}`, connection, { ...ANONYMOUS, user }, 0);
}

describe("the limits on what clients send", () => {
  it("make one session wait that has sent one message too many, and no other", () => {
    const { limits, clock, hits } = limitsOf({ messagesPerConnection: { count: 2, perMs: 1000 } });
    const [fast, other] = [sessionOf("c1", "ann"), sessionOf("c2", "ann")];
    assert.deepEqual(
      [1, 2, 3].map(() => limits.takeCommand(fast)),
      [0, 0, 500],
    );
    assert.equal(limits.takeCommand(other), 0);
    assert.deepEqual(hits, ["messages_per_connection c1 ann"]);
    clock.advance(500);
    assert.equal(limits.takeCommand(fast), 0);
  });

  it("count all sessions of a user together, also one that is new; who has no name is not counted", () => {
    const { limits, hits } = limitsOf({ messagesPerUser: { count: 2, perMs: 1000 } });
    assert.equal(limits.takeCommand(sessionOf("c1", "ann")), 0);
    assert.equal(limits.takeCommand(sessionOf("c2", "ann")), 0);
    assert.equal(limits.takeCommand(sessionOf("c3", "ann")), 500);
    assert.equal(limits.takeCommand(sessionOf("c4", "bob")), 0);
    for (let n = 0; n < 5; n += 1) assert.equal(limits.takeCommand(sessionOf("c5", null)), 0);
    assert.deepEqual(hits, ["messages_per_user c3 ann"]);
  });

  it("count bytes beyond the rate as a debt, of the session and of its user", () => {
    const { limits, clock, hits } = limitsOf({
      bytesPerConnection: { count: 1000, perMs: 1000 },
      bytesPerUser: { count: 1500, perMs: 1000 },
    });
    const [first, second] = [sessionOf("c1", "ann"), sessionOf("c2", "ann")];
    assert.equal(limits.spendBytes(first, 900), 0);
    assert.equal(limits.spendBytes(first, 299), 200);
    assert.equal(limits.spendBytes(second, 300), 0);
    assert.equal(limits.spendBytes(second, 600), 401 - 1);
    assert.deepEqual(hits, ["bytes_per_connection c1 ann", "bytes_per_user c2 ann"]);
    clock.advance(400);
    assert.equal(limits.spendBytes(second, 0), 0);
  });

  it("follow a new configuration", () => {
    const { limits } = limitsOf({ messagesPerConnection: { count: 1, perMs: 1000 } });
    const session = sessionOf("c1", null);
    limits.takeCommand(session);
    assert.equal(limits.takeCommand(session), 1000);
    limits.change(OFF);
    assert.equal(limits.takeCommand(session), 0);
  });
});
