import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type PushItem, readPushContent, readPushItem } from "../../src/core/push-item.ts";
import type { Refusal } from "../../src/core/refusal.ts";

const MAX_TARGETS = 3;

function read(text: string): PushItem | Refusal {
  return readPushItem(JSON.parse(text), { text, at: 0 }, MAX_TARGETS);
}

function accepted(text: string): PushItem {
  const item = read(text);
  assert.ok(!("code" in item), `${text} must be accepted: ${"code" in item ? item.message : ""}`);
  return item;
}

function refused(text: string): Refusal {
  const item = read(text);
  assert.ok("code" in item, `${text} must be refused`);
  return item;
}

describe("a backend's push", () => {
  test("a channel gets the data as it was written, with nothing else set", () => {
    assert.deepEqual(accepted('{"channel":"news","data":{"n":1.50}}'), {
      channels: ["news"],
      isList: false,
      dataJson: '{"n":1.50}',
      id: null,
      key: null,
      priority: null,
      exclude: null,
    });
  });

  test("everything that a message may carry is taken over", () => {
    const item = accepted(
      '{"channels":["a","b"],"data":null,"id":"1","key":"k","priority":"high","exclude":"c"}',
    );
    const { channels, isList, dataJson, id, key, priority, exclude } = item;
    assert.deepEqual([channels, isList, dataJson], [["a", "b"], true, "null"]);
    assert.deepEqual([id, key, priority, exclude], ["1", "k", "high", "c"]);
  });

  test("a user stands for the user's inbox", () => {
    assert.deepEqual(accepted('{"user":"ann.lee","data":1}').channels, ["@ann=2Elee"]);
    assert.deepEqual(accepted('{"users":["ann","bob"],"data":1}').channels, ["@ann", "@bob"]);
  });

  test("exactly one kind of target must be named", () => {
    assert.equal(refused('{"data":1}').code, "bad_request");
    assert.equal(refused('{"channel":"a","user":"b","data":1}').code, "bad_request");
  });

  test("a list must not be empty, too long, or name something twice", () => {
    assert.match(refused('{"channels":[],"data":1}').message, /empty/);
    assert.match(refused('{"channels":["a","b","c","d"],"data":1}').message, /more than 3/);
    assert.match(refused('{"users":["a","a"],"data":1}').message, /twice/);
  });

  test("each field that is wrong is named", () => {
    assert.equal(refused('{"channel":"a b","data":1}').code, "invalid_channel");
    for (const [text, field] of [
      ['{"channel":"a"}', "data"],
      ['{"user":"","data":1}', "user"],
      ['{"users":"ann","data":1}', "users"],
      ['{"channel":"a","data":1,"id":""}', "id"],
      ['{"channel":"a","data":1,"id":7}', "id"],
      ['{"channel":"a","data":1,"key":""}', "key"],
      ['{"channel":"a","data":1,"priority":"top"}', "priority"],
      ['{"channel":"a","data":1,"exclude":null}', "exclude"],
    ] as const) {
      const { code, message } = refused(text);
      assert.equal(code, "invalid_field", text);
      assert.ok(message.startsWith(`${field}: `), `${text} is answered with ${message}`);
    }
  });

  test("what is no object is refused", () => {
    for (const text of ["[]", "null", '"a"', "7"]) assert.equal(refused(text).code, "invalid_field");
  });

  test("members of the prototype are no fields", () => {
    const text = '{"__proto__":{"data":1,"id":"x"},"constructor":{"data":2}}';
    assert.ok("code" in readPushContent(JSON.parse(text), { text, at: 0 }), "data is not a field of its own");
  });
});
