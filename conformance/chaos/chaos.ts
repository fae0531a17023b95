/**
 * Kills a server again and again while clients publish and subscribe, then says whether any promise was broken.
 *
 *     npm run chaos -- [--kills 50] [--seed 1] [--longest-up-ms 1500] [--program packages/server/dist/cli/main.js]
 *
 * Exits with 1 when anything was lost, duplicated, reordered, or otherwise not as docs/guarantees.md says.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runChaos } from "./chaos-run.ts";
import { Random } from "../support/random.ts";
import { reportLines } from "./report.ts";
import { SOURCE_CLI } from "../support/server-process.ts";
import { verify } from "./verify.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    "longest-up-ms": { type: "string", default: "1500" },
    program: { type: "string", default: SOURCE_CLI },
    quiet: { type: "boolean", default: false },
  },
});

const beganMs = performance.now();
console.log(`seed ${values.seed}`);
const outcome = await runChaos({
  kills: Number(values.kills),
  random: new Random(Number(values.seed)),
  longestUpMs: Number(values["longest-up-ms"]),
  program: values.program,
  tell: (line) => {
    if (!values.quiet) console.log(`${((performance.now() - beganMs) / 1000).toFixed(1)} s: ${line}`);
  },
});
const verdict = verify(outcome.evidence);
for (const line of reportLines(outcome, verdict)) console.log(line);
process.exit(verdict.problems.length === 0 ? 0 : 1);
