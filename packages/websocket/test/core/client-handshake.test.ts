import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkHandshakeAnswer,
  type ClientHandshake,
  clientHandshakeHeaders,
} from "../../src/core/client-handshake.ts";
import { SAMPLE_KEY, sha1Base64 } from "../support/test-client.ts";

const ASKED: ClientHandshake = {
  key: SAMPLE_KEY,
  subprotocols: ["chat"],
  extensions: ["permessage-deflate; client_max_window_bits"],
};
const GOOD = {
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
};

function check(
  changes: Record<string, string>,
  status = 101,
  asked: ClientHandshake = ASKED,
): ReturnType<typeof checkHandshakeAnswer> {
  return checkHandshakeAnswer(
    { status, rawHeaders: Object.entries({ ...GOOD, ...changes }).flat() },
    asked,
    sha1Base64,
  );
}

test("the request carries what is asked for", () => {
  assert.deepEqual(Object.fromEntries(clientHandshakeHeaders(ASKED)), {
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": SAMPLE_KEY,
    "Sec-WebSocket-Protocol": "chat",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
  });
});

test("a good answer is taken, with what was agreed on", () => {
  assert.deepEqual(check({}), { ok: true, subprotocol: "", deflate: undefined });
  assert.deepEqual(
    check({
      "Sec-WebSocket-Protocol": "chat",
      "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits=10",
    }),
    {
      ok: true,
      subprotocol: "chat",
      deflate: {
        serverNoContextTakeover: false,
        clientNoContextTakeover: false,
        serverMaxWindowBits: 15,
        clientMaxWindowBits: 10,
      },
    },
  );
});

for (const [title, changes, status] of [
  ["another status", {}, 200],
  ["no upgrade", { Upgrade: "h2c" }, 101],
  ["a connection without the upgrade", { Connection: "close" }, 101],
  ["the wrong accept value", { "Sec-WebSocket-Accept": "AAAA" }, 101],
  ["a subprotocol nobody offered", { "Sec-WebSocket-Protocol": "other" }, 101],
  ["an extension nobody offered", { "Sec-WebSocket-Extensions": "permessage-snappy" }, 101],
  ["a malformed extension", { "Sec-WebSocket-Extensions": "permessage-deflate;" }, 101],
  ["two extensions", { "Sec-WebSocket-Extensions": "permessage-deflate, permessage-deflate" }, 101],
  ["an unknown parameter", { "Sec-WebSocket-Extensions": "permessage-deflate; x" }, 101],
  [
    "a window without a value",
    { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" },
    101,
  ],
] as const) {
  test(`an answer with ${title} fails with 1002`, () => {
    const result = check(changes, status);
    assert.equal(result.ok, false);
    assert.equal(result.ok === false && result.code, 1002);
  });
}

test("an answer without a required extension fails with 1010", () => {
  const result = check({}, 101, { ...ASKED, requireDeflate: true });
  assert.deepEqual(result, { ok: false, code: 1010, reason: "permessage-deflate" });
});
