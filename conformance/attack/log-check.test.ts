import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { logProblems } from "./log-check.ts";

const SECRETS = new Set(["the-key"]);
const LINE = '{"level":"info","event":"user.unbanned","user":"ada"}';

/** How many things are wrong with each line. */
function problems(...lines: readonly string[]): readonly number[] {
  return lines.map((line) => logProblems([line], SECRETS).length);
}

describe("the check of the log", () => {
  it("accepts the lines that the server writes", () => {
    assert.deepEqual(problems(LINE, LINE.replace("ada", "\\u009b\\n")), [0, 0]);
  });

  it("finds lines that are not whole, not known, too long, or not to be shown", () => {
    const broken = [
      LINE.slice(1),
      "42",
      "{}",
      LINE.replace("unbanned", "freed"),
      LINE.replace("ada", "\u009b"),
    ];
    assert.deepEqual(problems(...broken), [1, 1, 1, 1, 1]);
    assert.deepEqual(problems(LINE.replace("ada", "x".repeat(20_000))), [1]);
  });

  it("finds secrets and bugs", () => {
    assert.deepEqual(
      problems(LINE.replace("ada", "Bearer the-key"), LINE.replace("user.unbanned", "server.bug")),
      [1, 1],
    );
  });
});
