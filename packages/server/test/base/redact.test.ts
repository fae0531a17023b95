import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { redact, redactText } from "../../src/base/redact.ts";

describe("redaction", () => {
  it("replaces values under the name of a secret, however it is written and wherever it stands", () => {
    const names = [
      "key",
      "token",
      "session",
      "authorization",
      "Authorization",
      "apiKey",
      "api_key",
      "Set-Cookie",
      "sessionId",
    ];
    for (const name of names) {
      assert.deepEqual(redact({ [name]: "x" }), { [name]: "[redacted]" });
      assert.deepEqual(redact({ in: [{ [name]: { deep: "x" } }] }), { in: [{ [name]: "[redacted]" }] });
    }
  });

  it("leaves alone what only sounds like one", () => {
    const fields = {
      connection: "c1",
      sessions: 5,
      tokens: 2,
      monkey: "business",
      user: "key",
      none: null,
      absent: undefined,
    };
    assert.deepEqual(redact(fields), fields);
  });

  it("replaces secrets inside of texts", () => {
    assert.equal(redactText("/connect?token=abc&user=u1#x"), "/connect?token=[redacted]&user=u1#x");
    assert.equal(redactText("BEARER\tabc"), "BEARER\t[redacted]");
    assert.equal(
      redactText('curl -H "Authorization: Bearer abc.def" /'),
      'curl -H "Authorization: Bearer [redacted] /',
    );
  });

  it("shows an error with its code, its stack and its cause", () => {
    const error = Object.assign(new TypeError("bad ?key=abc"), { code: "EBAD", cause: new Error("inner") });
    const shown = redact({ err: error });
    const { stack, ...rest } = shown["err"] as Record<string, unknown>;
    assert.match(String(stack), /^TypeError: bad \?key=\[redacted\]\n/);
    assert.deepEqual(
      { ...rest, cause: null },
      { type: "TypeError", message: "bad ?key=[redacted]", code: "EBAD", cause: null },
    );
    assert.equal((rest["cause"] as Record<string, unknown>)["message"], "inner");
  });

  it("ends at a cycle, and shows numbers that JSON cannot", () => {
    const cycle: Record<string, unknown> = { n: 10n };
    cycle["self"] = cycle;
    assert.doesNotThrow(() => JSON.stringify(redact(cycle)));
  });
});
