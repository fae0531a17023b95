import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocketEngine, type WebSocketOptions } from "../../src/index.ts";
import { resolveOptions } from "../../src/node/websocket-options.ts";

test("the defaults are the documented ones", () => {
  assert.deepEqual(resolveOptions({}), {
    maxMessageBytes: 65_536,
    oversizeFactor: 1,
    maxBufferedBytes: 262_144,
    closeTimeoutMs: 5000,
    deflate: false,
    chooseSubprotocol: undefined,
  });
  assert.deepEqual(resolveOptions({ maxMessageBytes: 1000, deflate: {} }).deflate, {
    thresholdBytes: 1024,
    maxInflatedBytes: 1000,
    level: 6,
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  });
});

const WRONG: [string, WebSocketOptions][] = [
  ["no message at all", { maxMessageBytes: 0 }],
  ["a limit that is no number", { maxMessageBytes: Number.NaN }],
  ["an oversize factor below one", { oversizeFactor: 0.5 }],
  ["a negative time-out", { closeTimeoutMs: -1 }],
  ["a window zlib cannot make", { deflate: { serverMaxWindowBits: 8 } }],
  ["a level beyond nine", { deflate: { level: 10 } }],
];

for (const [title, options] of WRONG) {
  test(`an engine is not made with ${title}`, () => {
    assert.throws(() => new WebSocketEngine<null>({ onText() {}, onClose() {} }, options), RangeError);
  });
}
