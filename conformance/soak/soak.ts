/**
 * Lets everything happen at once for long, and tells whether the server stays as it was.
 *
 *     npm run soak -- [--minutes 60] [--clients 60] [--seed 1]
 */
import { parseArgs } from "node:util";
import { Random } from "../support/random.ts";
import { problemsOf, reportLines } from "./soak-report.ts";
import { runSoak } from "./soak-run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    clients: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
  },
});

const outcome = await runSoak({
  durationMs: Number(values.minutes) * 60_000,
  restlessClients: Number(values.clients),
  random: new Random(Number(values.seed)),
  tell: (line) => console.log(line),
});
for (const line of reportLines(outcome)) console.log(line);
const problems = problemsOf(outcome);
for (const problem of problems) console.log(`PROBLEM: ${problem}`);
console.log(problems.length === 0 ? "The server stayed as it was." : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
