import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAX_REASON_BYTES, readBan, readEnding } from "../../src/core/ending-request.ts";

describe("a backend's order to disconnect", () => {
  test("without a body it is a plain kick", () => {
    const kicked = { code: 4400, reason: "closed by the server", retryAfterMs: 0 };
    assert.deepEqual(readEnding(undefined), kicked);
    assert.deepEqual(readEnding({}), kicked);
  });

  test("a code and a reason of the backend's own are taken over", () => {
    const ending = readEnding({ code: 4999, reason: "signed in elsewhere" });
    assert.deepEqual(ending, { code: 4999, reason: "signed in elsewhere", retryAfterMs: 0 });
  });

  test("a code that lets the client come back is refused", () => {
    for (const code of [1000, 4399, 5000, 4400.5, "4400"]) assert.ok("ok" in readEnding({ code }), `${code}`);
  });

  test("a reason must fit into a close frame, in bytes", () => {
    assert.ok(!("ok" in readEnding({ reason: "ü".repeat(61) })), "122 bytes fit");
    assert.ok("ok" in readEnding({ reason: "ü".repeat(62) }), "124 bytes do not");
    assert.ok("ok" in readEnding({ reason: "x".repeat(MAX_REASON_BYTES + 1) }));
    assert.ok("ok" in readEnding({ reason: "" }), "an empty reason tells nobody anything");
  });
});

describe("a backend's ban", () => {
  test("it lasts as long as it says, or until it is lifted", () => {
    const ending = { code: 4403, reason: "spam", retryAfterMs: 0 };
    assert.deepEqual(readBan({ for: "10m", reason: "spam" }), { forMs: 600_000, ending });
    const open = readBan({});
    assert.ok(!("ok" in open));
    assert.equal(open.forMs, null);
  });

  test("what is no duration is refused", () => {
    for (const time of ["", "0s", "ten minutes", "-1m", 600])
      assert.ok("ok" in readBan({ for: time }), `${time}`);
  });
});
