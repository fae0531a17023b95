import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CallLimits } from "../../src/policy/call-limits.ts";
import { FakeClock } from "../support/fake-clock.ts";

describe("the limit on calls with one key", () => {
  it("refuses one too many until time has passed, and concerns no other key", () => {
    const clock = new FakeClock(0);
    const hits: string[] = [];
    const limits = new CallLimits({ count: 2, perMs: 1000 }, clock, {
      hit: (limit, { keyName }) => void hits.push(`${limit} ${keyName}`),
    });
    const [chat, shop] = [{ name: "chat" }, { name: "shop" }];
    assert.deepEqual([limits.refusalOf(chat), limits.refusalOf(chat)], [null, null]);
    const refusal = limits.refusalOf(chat);
    assert.deepEqual([refusal?.code, refusal?.retryAfterMs], ["rate_limited", 500]);
    assert.equal(limits.refusalOf(shop), null);
    assert.deepEqual(hits, ["requests_per_key chat"]);
    clock.advance(500);
    assert.equal(limits.refusalOf(chat), null);
  });
});
