import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../support/random.ts";
import { brokenPromises } from "./broken-promises.ts";
import { clientsReport } from "./clients-report.ts";
import { runClients } from "./clients-run.ts";

test("clients on bad networks lose, repeat and reorder nothing, have one socket each, and leave nothing", async (t) => {
  const clients = 40;
  const outcome = await runClients({
    clients,
    durationMs: 15_000,
    random: new Random(14),
    longestUpMs: 6000,
    tell: (line) => t.diagnostic(line),
  });
  for (const line of clientsReport(clients, outcome)) t.diagnostic(line);
  assert.deepEqual(brokenPromises(outcome), [], "the report above says what happened");
  const tally = outcome.verdict.tallies.get("disk");
  assert.ok(tally !== undefined && tally.sent > 0, "something was published");
  assert.equal(tally.acknowledged, tally.sent, "every publish was acknowledged in the end");
  assert.ok(outcome.sockets > clients, "clients came back");
});
