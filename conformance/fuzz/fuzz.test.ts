import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzInProcess } from "./fuzz-in-process.ts";
import { FUZZ_TARGETS } from "./targets/index.ts";

/** The corpus reaches nearly all of the code within some hundred executions; the rest looks around it. */
const ORDER = { executions: 4000, durationMs: 5000, seed: 1, save: false };

for (const { name } of FUZZ_TARGETS) {
  test(`no input breaks the promise of ${name}`, async () => {
    const { findings, executions, coverage } = await fuzzInProcess({ target: name, ...ORDER });
    const [first] = findings;
    assert.equal(first, undefined, `${first?.input} (base64): ${first?.error}`);
    assert.ok(executions >= 256, `only ${executions} inputs were executed`);
    const share = coverage.executedCharacters / coverage.characters;
    assert.ok(
      share > 0.7,
      `only ${(share * 100).toFixed(0)} % of the code was reached: the corpus is out of date`,
    );
  });
}
