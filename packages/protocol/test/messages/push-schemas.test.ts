import assert from "node:assert/strict";
import { test } from "node:test";
import { PUSH_SCHEMAS, Problem } from "@tidewire/protocol";
import { PUSH_EXAMPLES } from "../support/push-examples.ts";

test("the schema of every push reads what the server may send, and nothing is lost", () => {
  for (const push of PUSH_EXAMPLES) assert.deepEqual(PUSH_SCHEMAS[push.type].read(push), push);
});

test("the schema of a push refuses a field of another type", () => {
  for (const push of PUSH_EXAMPLES) {
    for (const field of Object.keys(push).filter((name) => name !== "data")) {
      const wrong = { ...push, [field]: [[]] };
      const read = PUSH_SCHEMAS[push.type].read(wrong);
      assert.ok(read instanceof Problem, `${push.type}.${field} must not be [[]]`);
      assert.ok(read.message.startsWith(field), read.message);
    }
  }
});

test("one message of the server lists who joined, left or is there, the anonymous without a user", () => {
  const read = PUSH_SCHEMAS.join.read({
    type: "join",
    channel: "a",
    members: [{ connection: "c", user: "" }],
  });
  assert.ok(read instanceof Problem);
  assert.equal(read.path, "members.0.user");
});
