import assert from "node:assert/strict";
import { test } from "node:test";
import { runChaos } from "./chaos-run.ts";
import { Random } from "../support/random.ts";
import { reportLines } from "./report.ts";
import { SOURCE_CLI } from "../support/server-process.ts";
import { verify } from "./verify.ts";

test("a server that is killed again and again loses, repeats and reorders nothing", async (t) => {
  const outcome = await runChaos({
    kills: 3,
    moments: ["serving", "stopping", "starting"],
    random: new Random(20),
    longestUpMs: 700,
    program: SOURCE_CLI,
    tell: (line) => t.diagnostic(line),
  });
  const verdict = verify(outcome.evidence);
  const report = reportLines(outcome, verdict);
  for (const line of report) t.diagnostic(line);
  assert.deepEqual(verdict.problems, [], "the report above says what went wrong");
  for (const keeping of ["disk", "process"] as const) {
    const tally = verdict.tallies.get(keeping);
    assert.ok(tally !== undefined && tally.acknowledged > 0, `something was published with ${keeping}`);
    assert.equal(tally.acknowledged, tally.sent, "every publish was acknowledged in the end");
    assert.equal(tally.stored, tally.sent);
    assert.ok(tally.delivered >= tally.stored, "and delivered");
  }
});
