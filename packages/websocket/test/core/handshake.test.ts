import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { answerHandshake, type HandshakePolicy, type HandshakeRequest } from "../../src/core/handshake.ts";
import { SAMPLE_KEY, sha1Base64 } from "../support/test-client.ts";

const POLICY: HandshakePolicy = { sha1Base64, deflate: false };

const GOOD: Readonly<Record<string, string>> = {
  Host: "example.org",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": SAMPLE_KEY,
  "Sec-WebSocket-Version": "13",
};

/** A good request with headers replaced (or, with undefined, left out) and lines added. */
function request(
  changes: Readonly<Record<string, string | undefined>> = {},
  added: readonly string[] = [],
  line: Partial<HandshakeRequest> = {},
): HandshakeRequest {
  const lines = Object.entries({ ...GOOD, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  return { method: "GET", httpVersion: "1.1", rawHeaders: [...lines, ...added], ...line };
}

function accepted(from: HandshakeRequest, policy: HandshakePolicy = POLICY): Record<string, string> {
  const answer = answerHandshake(from, policy);
  assert.ok(answer.ok, answer.ok ? "" : answer.message);
  return Object.fromEntries(answer.headers);
}

test("the example of RFC 6455 §1.3 is accepted", () => {
  assert.deepEqual(accepted(request()), {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
  });
});

for (const [title, good] of [
  ["names and tokens in any case", request({ Upgrade: "WebSocket", Connection: "UPGRADE" })],
  ["tokens in a list", request({ Connection: "keep-alive, Upgrade", Upgrade: "h2c, websocket" })],
  ["tokens in several lines", request({ Connection: "keep-alive" }, ["connection", "upgrade"])],
  ["HTTP/2.0", request({}, [], { httpVersion: "2.0" })],
  ["an empty body that is announced", request({ "Content-Length": "0" })],
] as const) {
  test(`accepted: ${title}`, () => void accepted(good));
}

for (const [title, status, bad] of [
  ["a POST", 405, request({}, [], { method: "POST" })],
  ["HTTP/1.0", 400, request({}, [], { httpVersion: "1.0" })],
  ["HTTP/0.9", 400, request({}, [], { httpVersion: "0.9" })],
  ["no Host", 400, request({ Host: undefined })],
  ["two Hosts", 400, request({}, ["Host", "example.com"])],
  ["a body", 400, request({ "Content-Length": "5" })],
  ["a chunked body", 400, request({ "Transfer-Encoding": "chunked" })],
  ["no Upgrade", 426, request({ Upgrade: undefined })],
  ["an upgrade to something else", 426, request({ Upgrade: "h2c" })],
  ["an upgrade that only contains the word", 426, request({ Upgrade: "websockets" })],
  ["no Connection", 426, request({ Connection: undefined })],
  ["a Connection without the upgrade", 426, request({ Connection: "keep-alive" })],
  ["no version", 426, request({ "Sec-WebSocket-Version": undefined })],
  ["version 8", 426, request({ "Sec-WebSocket-Version": "8" })],
  ["version 013", 426, request({ "Sec-WebSocket-Version": "013" })],
  ["the version twice", 400, request({}, ["Sec-WebSocket-Version", "13"])],
  ["no key", 400, request({ "Sec-WebSocket-Key": undefined })],
  ["two keys", 400, request({}, ["Sec-WebSocket-Key", SAMPLE_KEY])],
  ["a key of 15 bytes", 400, request({ "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAA" })],
  ["a key of 17 bytes", 400, request({ "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAAA=" })],
  ["a key that is not base64", 400, request({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZ*==" })],
  ["a key with stray bits", 400, request({ "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZR==" })],
  ["a malformed subprotocol", 400, request({ "Sec-WebSocket-Protocol": "chat room" })],
  ["a subprotocol twice", 400, request({ "Sec-WebSocket-Protocol": "chat, chat" })],
  ["malformed extensions", 400, request({ "Sec-WebSocket-Extensions": "permessage-deflate;" })],
] as const) {
  test(`refused with ${status}: ${title}`, () => {
    const answer = answerHandshake(bad, POLICY);
    assert.equal(answer.ok, false);
    assert.equal(answer.ok === false && answer.status, status);
    const headers = Object.fromEntries(answer.headers);
    if (status === 426) assert.equal(headers["Sec-WebSocket-Version"], "13", "the answer names the version");
    if (status === 405) assert.equal(headers["Allow"], "GET");
  });
}

test("the server picks among the offered subprotocols", () => {
  const from = request({ "Sec-WebSocket-Protocol": "v2.chat, v1.chat" }, [
    "Sec-WebSocket-Protocol",
    "v0.chat",
  ]);
  const seen: string[][] = [];
  const policy: HandshakePolicy = {
    ...POLICY,
    chooseSubprotocol: (offered) => (seen.push([...offered]), "v1.chat"),
  };
  assert.equal(accepted(from, policy)["Sec-WebSocket-Protocol"], "v1.chat");
  assert.deepEqual(seen, [["v2.chat", "v1.chat", "v0.chat"]]);
});

test("no subprotocol is named if none is wanted", () => {
  const from = request({ "Sec-WebSocket-Protocol": "chat" });
  assert.equal(accepted(from)["Sec-WebSocket-Protocol"], undefined);
  assert.equal(
    accepted(from, { ...POLICY, chooseSubprotocol: () => undefined })["Sec-WebSocket-Protocol"],
    undefined,
  );
});

test("a choice that was not offered is the caller's mistake", () => {
  const policy: HandshakePolicy = { ...POLICY, chooseSubprotocol: () => "other" };
  assert.throws(() => answerHandshake(request({ "Sec-WebSocket-Protocol": "chat" }), policy), RangeError);
});

test("any headers at all are answered, never thrown at", () => {
  const name = fc.oneof(
    fc.constantFrom(...Object.keys(GOOD), "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(name, fc.string())),
      fc.string(),
      fc.string(),
      (rawHeaders, method, httpVersion) => {
        const answer = answerHandshake({ method, httpVersion, rawHeaders }, POLICY);
        assert.ok(answer.ok || [400, 405, 426].includes(answer.status));
      },
    ),
  );
});
