import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE, CLOSE_REASONS, KICK_CODES, mayReconnect } from "@tidewire/protocol";

test("4000–4399 ask the client to come back, 4400–4999 to stay away", () => {
  for (const code of [4000, 4001, 4101, 4399]) assert.ok(mayReconnect(code), String(code));
  for (const code of [4400, 4401, 4403, 4409, 4999]) assert.ok(!mayReconnect(code), String(code));
});

test("an end on purpose is final, a lost connection is not", () => {
  for (const code of [1000, 1008]) assert.ok(!mayReconnect(code), String(code));
  for (const code of [1001, 1002, 1005, 1006, 1009, 1011, 1012, 1013, 1015, 3000]) {
    assert.ok(mayReconnect(code), String(code));
  }
});

test("every code is used once and may be sent by an application (RFC 6455 §7.4.2)", () => {
  const codes = Object.values(CLOSE);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.ok(code >= 4000 && code <= 4999);
});

test("every reason fits into a close frame", () => {
  assert.deepEqual(Object.keys(CLOSE_REASONS), Object.keys(CLOSE));
  for (const reason of Object.values(CLOSE_REASONS)) assert.ok(Buffer.byteLength(reason) <= 123, reason);
});

test("no code that a kick may choose lets the client return", () => {
  for (let code: number = KICK_CODES.min; code <= KICK_CODES.max; code++) assert.ok(!mayReconnect(code));
});
