import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_ATTACKS } from "./attacks/all-attacks.ts";
import { resultLines } from "./report.ts";
import { runAttacks } from "./run-attacks.ts";
import { attacksInTable } from "./security-table.ts";

test("a real server holds against everything that is tried, and a neighbour loses nothing", async (t) => {
  const results = await runAttacks(ALL_ATTACKS, {
    isLong: false,
    tell: (result) => {
      for (const line of resultLines(result)) t.diagnostic(line);
    },
  });
  const breaches = results.flatMap(({ attack, breaches: found }) =>
    found.map((what) => `${attack.name}: ${what}`),
  );
  assert.deepEqual(breaches, []);
  assert.equal(results.length, ALL_ATTACKS.length, "every attack was carried out");
});

test("SECURITY.md has a row for each attack, in their order, and no other", () => {
  assert.deepEqual(
    attacksInTable(),
    ALL_ATTACKS.map(({ name }) => name),
  );
});
