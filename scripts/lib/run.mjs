import { spawn } from "node:child_process";
import process from "node:process";
import { join } from "node:path";
import { ROOT } from "./root.mjs";

/** A failure whose message says all there is to say; a script prints it without a stack and exits with 1. */
export class Failure extends Error {}

/**
 * Runs a script's body. A `Failure` ends it with a sentence; any other error is a bug and keeps its stack.
 *
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/**
 * Runs a program with the terminal of this one and resolves to its exit code.
 *
 * No shell takes part, so that arguments mean the same on every system. A program ended by a signal gives
 * 128, as a failure. Rejects when the program cannot be started.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options] `cwd` is the repository unless given
 * @returns {Promise<number>}
 */
export function run(program, args, { cwd = ROOT, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 128));
  });
}

/**
 * Runs an installed tool by its entry file, with this same Node: `runTool("oxlint/bin/oxlint", ["--fix"])`.
 *
 * @param {string} entry below node_modules
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options] `cwd` is the repository unless given
 */
export function runTool(entry, args, options) {
  return run(process.execPath, [join(ROOT, "node_modules", entry), ...args], options);
}
