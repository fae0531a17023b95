import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Where the command line is, as source. */
export const SOURCE_CLI: string = fileURLToPath(
  new URL("../../packages/server/src/cli/main.ts", import.meta.url),
);

/** How to start a server. */
export interface ServerSettings {
  /** The command line's program: the source, or what the build made of it. */
  readonly program: string;
  readonly port: number;
  readonly folder: string;
  readonly configFile: string;
  readonly apiKey: string;
}

/** A server in a process of its own, started as users start it. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Lines of the log, and what came by standard error, that tell of errors. */
  readonly errors: string[] = [];
  /** Resolves with true when it listens, with false when it ends before. */
  readonly listening: Promise<boolean>;

  constructor({ program, port, folder, configFile, apiKey }: ServerSettings) {
    const args = [
      "serve",
      "--config",
      configFile,
      "--port",
      `${port}`,
      "--data",
      folder,
      "--log-level",
      "error",
    ];
    const source = program.endsWith(".ts") ? ["--conditions=tidewire-source", "--import", "tsx"] : [];
    const child = spawn(process.execPath, [...source, program, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TIDEWIRE_API_KEY: apiKey },
    });
    this.#child = child;
    this.#exited = once(child, "exit");
    createInterface({ input: child.stderr }).on("line", (line) => this.errors.push(line));
    const lines = createInterface({ input: child.stdout });
    this.listening = new Promise((resolve) => {
      lines.on("line", (line) => {
        if (line.startsWith("listening on ")) resolve(true);
        else if (line.startsWith("{")) this.errors.push(line);
      });
      child.once("exit", () => resolve(false));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends it as `kill -9` does, whatever it is doing. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Asks it to stop; its exit status is there when it has. */
  askToStop(): void {
    this.#child.kill("SIGTERM");
  }

  /** The exit status; null when it was killed. */
  async exitStatus(): Promise<number | null> {
    await this.#exited;
    return this.#child.exitCode;
  }
}
