import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAnswerHead, formatRefusal, toHeaderFields } from "../../src/node/http-answer.ts";

test("an answer's head ends with an empty line", () => {
  assert.equal(
    formatAnswerHead(101, [["Upgrade", "websocket"]]),
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
  );
});

test("a header that would break out of its line is refused", () => {
  assert.throws(() => formatAnswerHead(101, [["X", "a\r\nY: b"]]), TypeError);
  assert.throws(() => formatAnswerHead(101, [["X: a\r\nY", "b"]]), TypeError);
});

test("a refusal tells the length of its body in bytes and closes", () => {
  const [head = "", body = ""] = formatRefusal(403, "Nur für Gäste", []).split("\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 403 Forbidden\r\n/);
  assert.match(head, /\r\nConnection: close\r\n/);
  assert.match(head, new RegExp(`\r\nContent-Length: ${Buffer.byteLength(body)}$`));
  assert.equal(body, "Nur für Gäste\n");
});

test("a refusal that names an upgrade says so in Connection (RFC 9110 §7.8)", () => {
  assert.match(formatRefusal(426, "no", [["Upgrade", "websocket"]]), /\r\nConnection: Upgrade, close\r\n/);
});

test("a header with several values makes several lines", () => {
  assert.deepEqual(toHeaderFields({ a: "1", b: ["2", "3"] }), [
    ["a", "1"],
    ["b", "2"],
    ["b", "3"],
  ]);
});
