import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.ts";
import { problemsOf, reportLines } from "./soak-report.ts";
import { runSoak } from "./soak-run.ts";
import { growth } from "./trend.ts";

test("growth is that of most samples, whatever single peaks do", () => {
  assert.equal(growth([1, 2, 3, 4, 5]), 4);
  assert.equal(growth([7, 7, 90, 7, 7, 7]), 0);
  assert.equal(growth([3]), 0);
});

test("three minutes of everything at once leave the server as it was", { timeout: 300_000 }, async (t) => {
  const outcome = await runSoak({
    durationMs: 180_000,
    restlessClients: 40,
    random: new Random(3),
    tell: (line) => t.diagnostic(line),
  });
  for (const line of reportLines(outcome)) t.diagnostic(line);
  assert.deepEqual(problemsOf(outcome), [], "the report above says what went wrong");
  assert.ok(outcome.restlessness.lives > 100, "clients have come and gone");
  assert.ok(outcome.kicks > 10, "people were sent away");
  assert.ok(outcome.webhooks > 10, "the backend was told");
});
