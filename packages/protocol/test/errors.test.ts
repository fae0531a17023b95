import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE, ERRORS, type ErrorFacts, errorFacts, isErrorCode } from "@tidewire/protocol";

const rows: readonly (readonly [string, ErrorFacts])[] = Object.entries(ERRORS);

test("every error code is a lower-case word that a log or a metric can carry", () => {
  for (const [code] of rows) assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
});

test("every error has an HTTP status of its own kind", () => {
  for (const [code, facts] of rows) {
    assert.ok(facts.httpStatus >= 400 && facts.httpStatus < 600, `${code} has status ${facts.httpStatus}`);
  }
});

test("every close code of an error is one of ours or of RFC 6455", () => {
  const own: readonly (number | null)[] = Object.values(CLOSE);
  for (const [code, { closeCode }] of rows) {
    assert.ok(
      closeCode === null || own.includes(closeCode) || [1009, 1011].includes(closeCode),
      `${code}: ${closeCode}`,
    );
  }
});

test("an error that says try again never closes with a code that says stay away", () => {
  for (const [code, { closeCode, retryable }] of rows) {
    if (retryable) assert.ok(closeCode === null || closeCode < 4400, `${code} contradicts itself`);
  }
});

test("every message says what is wrong and what to do", () => {
  for (const [code, { message }] of rows) {
    assert.match(message, /^[A-Z].*\. .*\.$/, `${code} needs two sentences`);
    assert.ok(message.length <= 130, `${code}'s message is too long for a log line`);
  }
});

test("codes are recognised, names of Object.prototype are not", () => {
  assert.ok(isErrorCode("banned"));
  for (const text of ["constructor", "toString", "__proto__", "", "BANNED"])
    assert.ok(!isErrorCode(text), text);
  assert.equal(errorFacts("rate_limited").httpStatus, 429);
});
