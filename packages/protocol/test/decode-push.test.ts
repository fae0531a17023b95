import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodePush, encodePush, PUSH_SCHEMAS, Problem } from "@tidewire/protocol";
import { PUSH_EXAMPLES } from "./support/push-examples.ts";

describe("decodePush", () => {
  for (const push of PUSH_EXAMPLES) {
    test(`${JSON.stringify(push)} survives the way over the wire`, () => {
      assert.deepEqual(decodePush(encodePush(push)), push);
    });
  }

  test("there is an example of every push", () => {
    const covered = new Set<string>(PUSH_EXAMPLES.map((push) => push.type));
    assert.deepEqual([...covered].toSorted(), Object.keys(PUSH_SCHEMAS).toSorted());
  });

  test("a push that lacks a field which its schema requires is ignored", () => {
    for (const push of PUSH_EXAMPLES) {
      for (const field of Object.keys(push)) {
        const { [field]: _left, ...rest } = Object.fromEntries(Object.entries(push));
        if (!(PUSH_SCHEMAS[push.type].read(rest) instanceof Problem)) continue;
        assert.equal(decodePush(JSON.stringify(rest)), undefined, `${push.type} without ${field}`);
      }
    }
  });

  test("half a position is ignored, so that it is never stored and sent back", () => {
    const message = '"type":"message","channel":"a","id":"1","time":1,"from":{"api":true},"data":1';
    assert.ok(decodePush(`{${message}}`), "a channel without history has no position");
    assert.ok(decodePush(`{${message},"epoch":"k3","offset":1}`));
    assert.equal(decodePush(`{${message},"offset":1}`), undefined);
    assert.equal(decodePush(`{${message},"epoch":"k3"}`), undefined);
    assert.equal(decodePush(`{${message},"epoch":"k3","offset":1.5}`), undefined);
    assert.equal(decodePush(`{${message},"epoch":"k3","offset":"1"}`), undefined);
  });

  test("a number beyond all numbers is none", () => {
    const hello = '"type":"connected","connection":"c","session":"s","pingIntervalMs":1,"time":1,"version":1';
    assert.ok(decodePush(`{${hello},"maxMessageBytes":1e9}`));
    assert.equal(decodePush(`{${hello},"maxMessageBytes":1e999}`), undefined);
  });

  test("what a newer server says is ignored or kept, and nothing throws", () => {
    assert.equal(decodePush('{"type":"weather","channel":"a"}'), undefined);
    assert.equal(decodePush('{"type":"constructor"}'), undefined);
    assert.deepEqual(decodePush('{"type":"pong","later":1}'), { type: "pong", later: 1 });
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((v) => JSON.stringify({ type: v })),
    );
    fc.assert(fc.property(text, (t) => void decodePush(t)));
  });

  test("a frame that is no object is ignored", () => {
    for (const text of ["", "null", "7", "[]", '"pong"', '{"type":7}', "{}"])
      assert.equal(decodePush(text), undefined);
  });
});
