import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Operator, readOutcome } from "../../src/kick/operator.ts";

describe("the operator's commands", () => {
  const operator = new Operator("http://127.0.0.1:8080", "demo.kick.7", "it's late");

  it("are what a shell takes, quotes and all, and never hold the key", () => {
    operator.change({ key: "a-s3cr3t" });
    const auth = '-H "Authorization: Bearer $TIDEWIRE_API_KEY"';
    const user = "http://127.0.0.1:8080/api/users/demo.kick.7";
    assert.equal(
      operator.curlLine("kick"),
      `curl -X POST ${user}/disconnect ${auth} --json '{"reason":"it'\\''s late"}'`,
    );
    assert.equal(
      operator.curlLine("ban"),
      `curl -X PUT ${user}/ban ${auth} --json '{"for":"1m","reason":"it'\\''s late"}'`,
    );
    assert.equal(operator.curlLine("lift"), `curl -X DELETE ${user}/ban ${auth}`);
  });

  it("leave out what is empty", () => {
    operator.change({ reason: " ", duration: "" });
    assert.match(operator.curlLine("ban"), /--json '\{\}'$/);
  });
});

describe("an answer of the API", () => {
  it("is read for what was ordered", () => {
    assert.deepEqual(readOutcome("kick", { user: "u", connections: 2 }), { kind: "kicked", sessions: 2 });
    const banned = { kind: "banned", sessions: 0, untilMs: 5 };
    assert.deepEqual(readOutcome("ban", { user: "u", connections: 0, until: 5 }), banned);
    assert.deepEqual(readOutcome("ban", { connections: 0 }), { ...banned, untilMs: null });
    assert.deepEqual(readOutcome("lift", { user: "u", lifted: false }), { kind: "lifted", held: false });
  });

  it("that says no, or nothing, is shown as such", () => {
    const refused = { error: { code: "unauthorized", message: "The API key is wrong." } };
    assert.deepEqual(readOutcome("kick", refused), { kind: "refused", message: "The API key is wrong." });
    for (const odd of [null, "text", {}, { connections: "2" }, { error: 7 }]) {
      assert.deepEqual(readOutcome("kick", odd), { kind: "refused", message: "" });
    }
  });
});
