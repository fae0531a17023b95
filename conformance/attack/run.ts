/**
 * Attacks a real server and says whether every defence held.
 *
 *     npm run attack -- [--long] [--only NAME] [--json FILE] [--write]
 *
 * `--only` takes the attacks whose name contains the text. `--write` puts the results into the table of SECURITY.md, which is to show
 * those of long runs. Exits with 1 on any breach.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ALL_ATTACKS } from "./attacks/all-attacks.ts";
import { resultLines, resultsJson } from "./report.ts";
import { runAttacks } from "./run-attacks.ts";
import { writeSecurityTable } from "./security-table.ts";

const { values } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string" },
    write: { type: "boolean", default: false },
  },
});

const attacks = ALL_ATTACKS.filter(({ name }) => name.includes(values.only));
const results = await runAttacks(attacks, {
  isLong: values.long,
  tell: (result) => {
    for (const line of resultLines(result)) console.log(line);
  },
});
const breaches = results.reduce((sum, result) => sum + result.breaches.length, 0);
console.log(`${results.length} attacks, ${breaches} breaches`);
if (values.json !== undefined) writeFileSync(values.json, resultsJson(results));
if (values.write) writeSecurityTable(results);
process.exit(breaches === 0 ? 0 : 1);
