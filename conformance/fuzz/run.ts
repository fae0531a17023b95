/**
 * Looks for inputs that break a promise.
 *
 *     npm run fuzz -- [--target NAME] [--seconds 10] [--executions N] [--seed 1] [--save]
 *
 * Each target gets so many seconds. `--save` adds what reached new code to the corpus in this folder. Ends with 1 when something
 * was found, and prints the input, made as small as it still fails.
 */
import { parseArgs } from "node:util";
import { FUZZ_TARGETS } from "./targets/index.ts";
import { type FuzzOutcome, fuzzInProcess } from "./fuzz-in-process.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    seconds: { type: "string", default: "10" },
    executions: { type: "string", default: String(Number.MAX_SAFE_INTEGER) },
    seed: { type: "string", default: "1" },
    save: { type: "boolean", default: false },
  },
});

const names = FUZZ_TARGETS.map(({ name }) => name).filter((name) => name.includes(values.target ?? ""));
const outcomes: FuzzOutcome[] = [];
for (const name of names) {
  const outcome = await fuzzInProcess({
    target: name,
    executions: Number(values.executions),
    durationMs: Number(values.seconds) * 1000,
    seed: Number(values.seed),
    save: values.save,
  });
  outcomes.push(outcome);
  report(outcome);
}
const total = outcomes.reduce((sum, { executions }) => sum + executions, 0);
const found = outcomes.reduce((sum, { findings }) => sum + findings.length, 0);
console.log(`${total.toLocaleString("en")} executions in all, ${found} findings`);
process.exitCode = found > 0 ? 1 : 0;

function report({ target, executions, coverage, corpus, findings }: FuzzOutcome): void {
  const share = ((100 * coverage.executedCharacters) / coverage.characters).toFixed(1);
  console.log(
    `${target.padEnd(22)} ${executions.toLocaleString("en").padStart(12)} executions, ` +
      `${share} % of the code, ${corpus} inputs kept, ${findings.length} findings`,
  );
  for (const { input, error } of findings) console.log(`  ${input} (base64): ${error}`);
}
