import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChannelOptions } from "../../src/config/channel-options.ts";
import type { ClientActor } from "../../src/policy/actor.ts";
import { explainPermissions } from "../../src/policy/explain-permission.ts";
import { type Denial, mayPublish, maySubscribe } from "../../src/policy/permissions.ts";

const audience = fc.constantFrom("anyone", "users", "token", "hook", "server", "nobody");
const grants = fc.tuple(fc.boolean(), fc.boolean()).map(([subscribe, publish]) => ({
  maySubscribe: () => subscribe,
  maySubscribePattern: () => subscribe,
  mayPublish: () => publish,
}));
const actor: fc.Arbitrary<ClientActor> = fc.record({
  kind: fc.constant("client" as const),
  user: fc.constantFrom(null, "ann", "bob"),
  authenticated: fc.boolean(),
  grants: fc.option(grants),
});

const BASE: ChannelOptions = {
  history: null,
  presence: true,
  presenceList: 200,
  subscribe: "anyone",
  publish: "anyone",
  deliver: "all",
  budget: 20,
  windowMs: 0,
  maxRate: 10,
  rateLimit: null,
  messageBytes: 1000,
  clientPriority: false,
  patterns: false,
};

test("what is explained is what is decided, with a reason that does not contradict it", () => {
  fc.assert(
    fc.property(
      actor,
      fc.constantFrom("news", "@ann"),
      audience,
      audience,
      fc.constantFrom("open", "authenticated"),
      (client, channel, subscribe, publish, mode) => {
        const options = { ...BASE, subscribe, publish };
        const may = explainPermissions(client, channel, options, mode);
        assert.equal(may.subscribe.allowed, answerOf(maySubscribe(client, channel, options, mode)));
        assert.equal(may.publish.allowed, answerOf(mayPublish(client, channel, options, mode)));
        assert.equal(may.presence.allowed, may.subscribe.allowed);
        assert.equal(may.history.allowed, false);
        for (const { allowed, why } of [may.subscribe, may.publish]) {
          const says = /has none|no user|alone|backend|nobody/.test(why);
          assert.equal(says, allowed === false, `${allowed}: ${why}`);
        }
      },
    ),
  );
});

function answerOf(denial: Denial): boolean | "ask" {
  return denial === "ask" ? denial : denial === null;
}
