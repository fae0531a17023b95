import type { Random } from "../support/random.ts";
import type { CodeCoverage } from "./code-coverage.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { mutate } from "./mutate.ts";
import { shrink } from "./shrink.ts";

/** An input that broke the target's promise, as small as it could be made, and what happened. */
interface Finding {
  readonly input: Uint8Array;
  readonly error: Error;
}

/** When to end. What is reached first ends the run, but for a batch under way. */
export interface FuzzLimits {
  readonly executions: number;
  readonly durationMs: number;
}

/** What a run has done. */
export interface FuzzReport {
  readonly executions: number;
  readonly corpus: readonly Uint8Array[];
  readonly findings: readonly Finding[];
}

/** Looking at the coverage costs as much as a thousand executions of a small target: the less is found, the seldomer. */
const FIRST_BATCH = 256;
const LAST_BATCH = 16_384;
/** So many findings are enough for one day's work. */
const MAX_FINDINGS = 5;
/** Half of the inputs are made from the newest ones, which lead to code that is hardly explored. */
const NEWEST = 12;

/**
 * Gives a target inputs made from those that reached new code, until a limit is reached.
 *
 * Inputs are made and executed in batches. Those of a batch that reached new code join the corpus; `corpus` is what earlier runs have kept.
 */
export async function fuzz(
  target: FuzzTarget,
  corpus: readonly Uint8Array[],
  coverage: CodeCoverage,
  random: Random,
  limits: FuzzLimits,
): Promise<FuzzReport> {
  const kept: Uint8Array[] = [];
  const findings: Finding[] = [];
  const known = new Set<string>();
  const deadlineMs = performance.now() + limits.durationMs;
  let executions = 0;

  const attempt = async (input: Uint8Array): Promise<void> => {
    const error = await execute(target, input);
    if (error === null || known.has(error.message)) return;
    known.add(error.message);
    findings.push({ input: await shrink(input, (smaller) => fails(target, smaller, error)), error });
  };

  for (const input of [...target.seeds, ...corpus]) {
    await attempt(input);
    if (learnNew(coverage) || kept.length === 0) kept.push(input);
    executions += 1;
  }
  let batchSize = FIRST_BATCH;
  while (executions < limits.executions && performance.now() < deadlineMs && findings.length < MAX_FINDINGS) {
    const batch = Array.from({ length: Math.min(batchSize, limits.executions - executions) }, () =>
      mutate(pick(kept, random), { random, ...target, other: pick(kept, random) }),
    );
    for (const input of batch) await attempt(input);
    executions += batch.length;
    const found = coverage.look();
    batchSize = found === null ? Math.min(batchSize * 2, LAST_BATCH) : FIRST_BATCH;
    if (found === null) continue;
    kept.push(...(await thoseThatReachNewCode(target, batch, coverage)));
    coverage.learn(found);
  }
  return { executions, corpus: kept, findings };
}

/** V8 tells what was executed, not by which input: halves of the batch are executed again, and halves of those. */
async function thoseThatReachNewCode(
  target: FuzzTarget,
  batch: readonly Uint8Array[],
  coverage: CodeCoverage,
): Promise<readonly Uint8Array[]> {
  for (const input of batch) await execute(target, input);
  const found = coverage.look();
  if (found === null) return [];
  if (batch.length === 1) {
    coverage.learn(found);
    return batch;
  }
  const middle = batch.length >>> 1;
  const first = await thoseThatReachNewCode(target, batch.slice(0, middle), coverage);
  return [...first, ...(await thoseThatReachNewCode(target, batch.slice(middle), coverage))];
}

function learnNew(coverage: CodeCoverage): boolean {
  const found = coverage.look();
  if (found !== null) coverage.learn(found);
  return found !== null;
}

async function execute(target: FuzzTarget, input: Uint8Array): Promise<Error | null> {
  try {
    // The target may change what it is given.
    const done = target.run(Uint8Array.from(input));
    if (done !== undefined) await done;
    return null;
  } catch (error) {
    return error instanceof Error
      ? error
      : new Error("something else than an error was thrown", { cause: error });
  }
}

async function fails(target: FuzzTarget, input: Uint8Array, { message }: Error): Promise<boolean> {
  return (await execute(target, input))?.message === message;
}

function pick(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const from = random.chance(0.5) ? Math.max(0, corpus.length - NEWEST) : 0;
  return corpus[random.integer(from, corpus.length - 1)] ?? new Uint8Array();
}
