import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectionView } from "../../src/look/connection-state.ts";
import { secondsUntil } from "../../src/look/connection-view.ts";

describe("what the state pill shows", () => {
  it("is live, or catching up with the number still missing", () => {
    const connected = { connection: "c1", user: "u1" };
    assert.deepEqual(connectionView({ status: "live", ...connected }), { kind: "live" });
    assert.deepEqual(connectionView({ status: "catching-up", ...connected, missing: 7 }), {
      kind: "catching-up",
      missing: 7,
    });
  });

  it("is connecting while it is not known how much is missing", () => {
    const view = connectionView({ status: "catching-up", connection: "c1", user: undefined, missing: 0 });
    assert.deepEqual(view, { kind: "connecting" });
  });

  it("is offline with the moment of the next try", () => {
    const view = connectionView({
      status: "offline",
      code: "network",
      reason: "",
      retryInMs: 900,
      retryAtMs: 5900,
      attempt: 2,
    });
    assert.deepEqual(view, { kind: "offline", retryAtMs: 5900 });
  });

  it("is kicked with the reason when the client will not come back", () => {
    const reason = "signed in on another device";
    assert.deepEqual(connectionView({ status: "kicked", code: 4403, reason }), { kind: "kicked", reason });
  });
});

describe("seconds until a moment", () => {
  it("are whole, rounded up, and never below zero", () => {
    assert.equal(secondsUntil(2001, 1000), 2);
    assert.equal(secondsUntil(2000, 1000), 1);
    assert.equal(secondsUntil(500, 1000), 0);
  });
});
