import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** The command line as a process of its own, with a clean environment. */
export class CliProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #out = "";
  #err = "";

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const flags = ["--conditions=tidewire-source", "--import", import.meta.resolve("tsx"), MAIN, ...args];
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("TIDEWIRE_"));
    this.#child = spawn(process.execPath, flags, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...Object.fromEntries(inherited), ...env },
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.#out += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.#err += chunk.toString()));
    this.#exited = once(this.#child, "close").then(([code]) => (typeof code === "number" ? code : null));
  }

  /** What it wrote to standard output so far. */
  get out(): string {
    return this.#out;
  }

  /** What it wrote to standard error so far. */
  get err(): string {
    return this.#err;
  }

  /** Resolves with the exit status; null when a signal ended it. */
  get exited(): Promise<number | null> {
    return this.#exited;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the first line of standard output that matches; rejects when the process ends without it. */
  async line(pattern: RegExp): Promise<string> {
    const ended = this.#exited.then((code) => {
      throw new Error(`The process ended with ${code} and without ${pattern}.\n${this.#out}${this.#err}`);
    });
    for (;;) {
      const found = this.#out
        .split("\n")
        .slice(0, -1)
        .find((line) => pattern.test(line));
      if (found !== undefined) {
        ended.catch(() => {});
        return found;
      }
      if (this.#child.stdout !== null) await Promise.race([once(this.#child.stdout, "data"), ended]);
    }
  }
}
