/**
 * Attacks a real server and says whether every defence held.
 *
 *     npm run attack -- [--long] [--only NAME] [--json FILE] [--markdown FILE]
 *
 * `--only` takes the attacks whose name contains the text.
 * Exits with 1 on any breach.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ALL_ATTACKS } from "./attacks/all-attacks.ts";
import { markdownTable, resultLines, resultsJson } from "./report.ts";
import { runAttacks } from "./run-attacks.ts";

const { values } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string" },
    markdown: { type: "string" },
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
if (values.markdown !== undefined) writeFileSync(values.markdown, markdownTable(results));
process.exit(breaches === 0 ? 0 : 1);
