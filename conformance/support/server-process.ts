import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../packages/server/src/cli/main.ts", import.meta.url));
const API_KEY = "a-key-for-the-conformance-tests";

/** The server as people start it: a process of its own, on a data folder of its own, on loopback. */
export class ServerProcess {
  readonly apiKey = API_KEY;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #port = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the server, after a `kill` on the same port and the same data. Resolves when it listens. */
  async restart(): Promise<void> {
    const flags = ["serve", "--port", String(this.#port), "--data", this.#folder, "--log-level", "warn"];
    const child = spawn(process.execPath, [...process.execArgv, MAIN, ...flags], {
      env: { ...process.env, TIDEWIRE_API_KEY: API_KEY },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    const exited = once(child, "exit").then(([code]) => {
      throw new Error(`the server ended with ${String(code)} before it listened`);
    });
    this.#port = await Promise.race([listeningPort(child), exited]);
    exited.catch(() => undefined);
  }

  /** Ends the process at once, as a power switch does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops the server in order and removes its data. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

/** Starts a server on a free port. */
export async function startServerProcess(): Promise<ServerProcess> {
  const server = new ServerProcess(await mkdtemp(join(tmpdir(), "tidewire-conformance-")));
  await server.restart();
  return server;
}

async function listeningPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error("the server has no standard output");
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port !== undefined) {
      child.stdout.resume();
      return Number(port);
    }
  }
  throw new Error("the server ended its output before it listened");
}
