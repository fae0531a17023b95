import assert from "node:assert/strict";
import { decodeCommand, decodePush, encodeCommand, encodePush, ERRORS } from "@tidewire/protocol";
import { type FuzzTarget, texts } from "../fuzz-target.ts";

/** No frame makes a decoder throw, and what it takes says the same after another round. */
export const protocolDecoder: FuzzTarget = {
  name: "protocol-decoder",
  files: [
    "/protocol/src/decode-",
    "/protocol/src/schema.ts",
    "/protocol/src/json-depth.ts",
    "/protocol/src/fields.ts",
  ],
  seeds: texts(
    '{"type":"connect","id":1,"token":"t","session":"s","user":"u1","info":{"n":1},"client":{"name":"n","version":"1"},"subscriptions":{"news":{"since":{"epoch":"k3","offset":41}}}}',
    '{"type":"subscribe","id":2,"channel":"news","since":{"last":20}}',
    '{"type":"subscribe","channel":"stock.*","since":"earliest"}',
    '{"type":"unsubscribe","id":3,"channel":"news"}',
    '{"type":"publish","id":4,"channel":"a.b:c/d","data":[1,"x",null],"messageId":"m","key":"k","priority":"high"}',
    '{"type":"history","id":5,"channel":"news","since":{"epoch":"k3","offset":1},"limit":50,"order":"desc"}',
    '{"type":"presence","id":6,"channel":"room.1"}',
    '{"type":"ack","channel":"@u1","offset":17}',
    '{"type":"rpc","id":7,"method":"m","data":{}}',
    '{"type":"refresh","id":8,"token":"t"}',
    '{"type":"ping"}',
    '{"type":"connected","id":1,"connection":"c","session":"s","user":"u","pingIntervalMs":25000,"maxMessageBytes":65536,"time":1,"version":1}',
    '{"type":"subscribed","id":2,"channel":"news","epoch":"k3","offset":57,"recovered":true,"unread":3,"deliver":"all"}',
    '{"type":"message","channel":"news","epoch":"k3","offset":42,"id":"i","time":1,"from":{"api":true},"key":"k","data":{"a":1},"dropped":2}',
    '{"type":"gap","channel":"news","epoch":"k3","from":42,"to":50,"reason":"expired"}',
    '{"type":"presence","channel":"r","members":[{"user":"u","connection":"c","info":1}]}',
    '{"type":"error","id":2,"channel":"news","code":"permission_denied","message":"m","retryable":false}',
    '{"type":"disconnect","code":4403,"reason":"r","reconnect":false,"retryAfterMs":0}',
  ),
  tokens: texts(
    '"type":',
    '"__proto__":',
    '"constructor"',
    '"since":{"epoch":"k","offset":9007199254740993}',
    '"id":0',
    "[[[[[[[[[[[[[[[[",
    '{"a":',
    "1e400",
    "\\ud800",
    '"channel":"@u1"',
    '"channels":["a","b"]',
    "null",
    "-0",
  ),
  maxBytes: 900,
  run(input) {
    const text = Buffer.from(input).toString();
    const decoded = decodeCommand(text);
    if (decoded.ok) assert.deepEqual(decodeCommand(encodeCommand(decoded.command)), decoded);
    else assert.ok(Object.hasOwn(ERRORS, decoded.code), `${decoded.code} is not in the table of errors`);
    const push = decodePush(text);
    if (push === undefined) return;
    // What JSON can hold: of a number beyond it, nothing is left.
    const written: unknown = JSON.parse(encodePush(push));
    assert.deepEqual(decodePush(encodePush(push)), written);
  },
};
