/** Fuzzes one target as its parent process orders, and tells it what became of it. */
import { Random } from "../support/random.ts";
import { CodeCoverage } from "./code-coverage.ts";
import { readCorpus, writeCorpus } from "./corpus.ts";
import { fuzz } from "./fuzz.ts";
import type { FuzzOrder, FuzzOutcome } from "./fuzz-in-process.ts";

process.once("message", (order: FuzzOrder) => void obey(order));

async function obey(order: FuzzOrder): Promise<void> {
  const { target: name } = order;
  const coverage = new CodeCoverage();
  // Blocks are counted in what is loaded from now on.
  const { FUZZ_TARGETS } = await import("./targets/index.ts");
  const target = FUZZ_TARGETS.find((one) => one.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  coverage.watch(target.files);
  const report = await fuzz(target, readCorpus(name), coverage, new Random(order.seed), order);
  if (order.save) writeCorpus(name, report.corpus);
  const outcome: FuzzOutcome = {
    target: name,
    executions: report.executions,
    corpus: report.corpus.length,
    coverage: coverage.share(),
    findings: report.findings.map(({ input, error }) => ({
      input: Buffer.from(input).toString("base64"),
      error: error.stack ?? error.message,
    })),
  };
  process.send?.(outcome, () => process.disconnect());
}
