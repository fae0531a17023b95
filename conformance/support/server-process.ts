import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { calmSettings } from "../../packages/server/test/support/calm-settings.ts";

/** Where the command line is, as source. */
export const SOURCE_CLI: string = fileURLToPath(
  new URL("../../packages/server/src/cli/main.ts", import.meta.url),
);

/** The key of the API, unless the settings have keys of their own; then it must be among them. */
export const API_KEY = "a-key-for-the-conformance-tests";

/** What a test wants different from a silent server in open mode, on a port that the system chooses. */
export interface ServerOptions {
  /** As the configuration file holds them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For a server that clients look for while it is away: see `freePort`. */
  readonly port?: number;
  /** Which lines `log` keeps; `warn` if not given. */
  readonly logLevel?: "info" | "warn" | "error";
  /** The command line's program: the source, or what the build made of it. */
  readonly program?: string;
}

/** The server as people start it: a process of its own, on a data folder of its own, on loopback. */
export class ServerProcess {
  readonly apiKey = API_KEY;
  /** What all of its starts have logged so far, and what came by standard error, line by line. */
  readonly log: string[] = [];
  readonly #options: ServerOptions;
  readonly #folder: string;
  #url: string;
  #child: ChildProcess | null = null;

  /** Everything it writes goes below this folder, which holds its configuration. */
  constructor(folder: string, options: ServerOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#url = `http://127.0.0.1:${options.port ?? 0}`;
  }

  /** Where it listens, without a slash at the end. It stays the same over restarts. */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** Where it keeps its streams. */
  get dataFolder(): string {
    return join(this.#folder, "data");
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Throws when it was never started. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the server does not run");
    return pid;
  }

  /** Starts it, after an end of whatever kind on the same port and the same data. Rejects when it ends before it listens. */
  async start(): Promise<void> {
    const { program = SOURCE_CLI, logLevel = "warn", settings = {} } = this.#options;
    const source = program.endsWith(".ts")
      ? ["--conditions=tidewire-source", "--import", import.meta.resolve("tsx")]
      : [];
    const flags = [
      ...["--config", configFile(this.#folder)],
      ...["--data", this.dataFolder],
      ...["--port", String(this.port)],
      ...["--log-level", logLevel],
    ];
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("TIDEWIRE_"));
    const child = spawn(process.execPath, [...source, program, "serve", ...flags], {
      // A variable would replace the keys of the file.
      env: {
        ...Object.fromEntries(inherited),
        ...("apiKeys" in settings ? {} : { TIDEWIRE_API_KEY: API_KEY }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    const exited = once(child, "exit");
    createInterface({ input: child.stderr }).on("line", (line) => this.log.push(line));
    const lines = createInterface({ input: child.stdout });
    await new Promise<void>((resolve, reject) => {
      lines.on("line", (line) => {
        const url = /^listening on (\S+)/.exec(line)?.[1];
        if (line.startsWith("{")) this.log.push(line);
        if (url === undefined) return;
        this.#url = url;
        resolve();
      });
      exited.then(
        () => reject(new Error(`the server ended before it listened.\n${this.log.join("\n")}`)),
        reject,
      );
    });
  }

  /** Ends the process at once, as a power switch does. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Kills it if it runs, and starts it again. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Asks it to stop, without waiting until it has. */
  askToStop(): void {
    this.#child?.kill("SIGTERM");
  }

  /** Stops it in order; resolves with its exit status, null when it did not run or something killed it. */
  async end(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** Ends it at once and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Memory of the process that no file backs; where the system does not tell, all of it. */
  async memoryBytes(): Promise<number> {
    if (process.platform === "linux") {
      const status = readFileSync(`/proc/${this.pid}/status`, "latin1");
      return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
    }
    const response = await fetch(`${this.#url}/metrics`);
    return Number(/^process_resident_memory_bytes (\d+)/m.exec(await response.text())?.[1]);
  }

  /** Calls the HTTP API with the key; resolves with the parsed answer, rejects when the server refuses. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill(signal);
      await exited;
    }
    return child.exitCode;
  }
}

/** Starts a server in a new folder. `stop` it at the end. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-conformance-"));
  await writeFile(configFile(folder), JSON.stringify(calmSettings(options.settings)));
  const server = new ServerProcess(folder, options);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function configFile(folder: string): string {
  return join(folder, "tidewire.json");
}
