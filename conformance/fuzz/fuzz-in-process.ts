import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CoverageShare } from "./code-coverage.ts";

/** What a run is told. */
export interface FuzzOrder {
  readonly target: string;
  readonly executions: number;
  readonly durationMs: number;
  readonly seed: number;
  /** Whether the inputs that reached new code replace the target's corpus. */
  readonly save: boolean;
}

/** What became of a run, in a form that passes between processes. */
export interface FuzzOutcome {
  readonly target: string;
  readonly executions: number;
  /** Inputs that lead to all of the code that was reached. */
  readonly corpus: number;
  readonly coverage: CoverageShare;
  /** Inputs in base64. */
  readonly findings: readonly { readonly input: string; readonly error: string }[];
}

/** Fuzzes a target in a process of its own: V8 counts coverage by process, and an input may take the process with it. */
export async function fuzzInProcess(order: FuzzOrder): Promise<FuzzOutcome> {
  const child = fork(fileURLToPath(new URL("fuzz-process.ts", import.meta.url)));
  const outcomes: FuzzOutcome[] = [];
  child.on("message", (outcome: FuzzOutcome) => void outcomes.push(outcome));
  child.send(order);
  await once(child, "exit");
  const [outcome] = outcomes;
  if (outcome === undefined)
    throw new Error(`the process that fuzzed ${order.target} ended before it was done`);
  return outcome;
}
