import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compilePattern, inboxOf } from "@tidewire/protocol";
import fc from "fast-check";
import { ChannelGrants, SharedGrants } from "../../src/core/channel-grants.ts";

const segment = fc.constantFrom("a", "b", "chat");
const channel = fc.oneof(
  fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join(".")),
  fc.constantFrom("u1", "a.b").map(inboxOf),
);
const pattern = fc.oneof(
  channel,
  fc.constantFrom("**", "*", "@*"),
  fc
    .array(fc.oneof(segment, fc.constant("*")), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join(".")),
  fc.array(segment, { minLength: 1, maxLength: 2 }).map((parts) => `${parts.join(".")}.**`),
);
const patterns = fc.array(pattern, { maxLength: 4 });

describe("the grants of a token", () => {
  test("cover a pattern only where one of them covers all of it", () => {
    const grants = new ChannelGrants({ subscribe: ["stock.**", "news", "@*"], publish: ["**"] });
    const asked = ["stock.*", "stock.**", "stock.A", "news", "*", "**", "news.*"];
    assert.deepEqual(
      asked.filter((one) => grants.maySubscribePattern(one)),
      ["stock.*", "stock.**", "stock.A", "news"],
    );
  });

  test("are what its patterns match, each for its own thing, and inboxes only where a pattern names them", () => {
    fc.assert(
      fc.property(patterns, patterns, channel, (subscribe, publish, name) => {
        const grants = new ChannelGrants({ subscribe, publish });
        const isGranted = (by: readonly string[]): boolean =>
          by.some((each) => compilePattern(each)(name) && each.startsWith("@") === name.startsWith("@"));
        assert.equal(grants.maySubscribe(name), isGranted(subscribe));
        assert.equal(grants.mayPublish(name), isGranted(publish));
      }),
    );
  });

  test("never reach an inbox by a pattern for everything", () => {
    const grants = new ChannelGrants({ subscribe: ["**", "*"], publish: ["**", "*"] });
    assert.ok(grants.maySubscribe("news"));
    assert.equal(grants.maySubscribe("@u1"), false);
    assert.equal(grants.mayPublish("@u1"), false);
  });

  test("are one object for the same patterns, and a bounded number of them is kept", () => {
    const shared = new SharedGrants();
    const first = shared.of({ subscribe: ["a"], publish: [] });
    assert.equal(shared.of({ subscribe: ["a"], publish: [] }), first);
    assert.notEqual(shared.of({ subscribe: [], publish: ["a"] }), first);
    for (let index = 0; index < 1000; index += 1) shared.of({ subscribe: [`room.${index}`], publish: [] });
    assert.notEqual(shared.of({ subscribe: ["a"], publish: [] }), first, "it made room");
  });
});
