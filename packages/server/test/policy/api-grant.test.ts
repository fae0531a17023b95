import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { API_SCOPES, type ApiScope } from "../../src/config/api-key-setting.ts";
import { callRefusal, type CallTarget } from "../../src/core/api-caller.ts";
import { API_CALLS, type ApiCall, isApiCall } from "../../src/core/api-calls.ts";
import { ApiGrant } from "../../src/policy/api-grant.ts";

function grant(scopes: readonly ApiScope[], channels: readonly string[] | null = null): ApiGrant {
  return new ApiGrant({ name: "web", scopes, channels });
}

function mayCall(key: ApiGrant, call: ApiCall, target: CallTarget = {}): boolean {
  const refusal = callRefusal(key, call, target);
  if (refusal !== null) assert.equal(refusal.code, "permission_denied");
  return refusal === null;
}

const TARGET = { channel: "chat.1", user: "u1" };

describe("a key's scopes", () => {
  it("let it make the calls of these scopes, and no others", () => {
    for (const scope of API_SCOPES) {
      for (const call of Object.keys(API_CALLS).filter(isApiCall)) {
        const expected = scope === "admin" || API_CALLS[call].scope === scope;
        assert.equal(mayCall(grant([scope]), call, TARGET), expected, `${call} with ${scope}`);
      }
    }
  });

  it("are named when one is missing", () => {
    assert.match(callRefusal(grant(["read"]), "publishMessage", TARGET)?.message ?? "", /scope publish/);
  });
});

describe("a key that is limited to channels", () => {
  const key = grant(["admin"], ["chat.**", "@*"]);

  it("is for the channels that one of its patterns matches", () => {
    assert.ok(mayCall(key, "publishMessage", { channel: "chat.1" }));
    assert.ok(!mayCall(key, "publishMessage", { channel: "news" }));
    assert.match(
      callRefusal(key, "readHistory", { channel: "news" })?.message ?? "",
      /not for the channel news/,
    );
  });

  it("is for users whose inbox one of its patterns matches", () => {
    assert.ok(mayCall(key, "publishToUser", { user: "u1" }));
    assert.ok(mayCall(key, "disconnectUser", { user: "a.b" }));
    assert.ok(!mayCall(grant(["admin"], ["chat.**"]), "banUser", { user: "u1" }));
  });

  it("is not for what patterns cannot name: broadcasts, connections, all that a user has open", () => {
    for (const call of ["broadcast", "listConnections", "closeConnection", "readUser"] as const) {
      assert.ok(!mayCall(key, call, TARGET), call);
      assert.ok(mayCall(grant(["admin"], ["chat.**", "**"]), call, TARGET), `${call} with a key for **`);
    }
  });

  it("may list what it is for, and send batches, of which each message is looked at", () => {
    for (const call of ["listChannels", "publishBatch", "readInfo"] as const)
      assert.ok(mayCall(key, call), call);
  });
});
