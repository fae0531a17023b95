import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const PAGES = join(ROOT, "packages", "server", "public", "index.html");
const PROGRAM = join(ROOT, "packages", "server", "src", "cli", "main.ts");
const API_KEY = "a-key-for-the-tests-of-the-pages";

/** A real server in a process of its own, with a data folder that goes when it stops for good. */
export interface ServedPages {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Calls the HTTP API with the key; fails the test when the server refuses. */
  call(method: string, path: string, body?: unknown): Promise<void>;
  /** Ends the process at once. Its port and its data stay for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server in open mode on a free port. The pages must be built. */
export async function servePages(): Promise<ServedPages> {
  assert.ok(existsSync(PAGES), "the pages are not built: run `npm run build`");
  const data = mkdtempSync(join(tmpdir(), "tidewire-pages-"));
  let server = await start(data, "0");
  const { url } = server;
  const kill = async (): Promise<void> => {
    if (server.process.exitCode !== null || server.process.signalCode !== null) return;
    const ended = once(server.process, "exit");
    server.process.kill("SIGKILL");
    await ended;
  };
  return {
    url,
    async call(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
        body: JSON.stringify(body ?? {}),
      });
      assert.ok(response.ok, `${method} ${path} was answered ${response.status}: ${await response.text()}`);
    },
    kill,
    async restart() {
      await kill();
      server = await start(data, new URL(url).port);
    },
    async stop() {
      await kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

interface Started {
  readonly process: ChildProcess;
  readonly url: string;
}

async function start(data: string, port: string): Promise<Started> {
  const flags = ["--conditions=tidewire-source", "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, PROGRAM, "serve", "--port", port, "--data", data], {
    cwd: ROOT,
    env: { ...process.env, TIDEWIRE_API_KEY: API_KEY },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    // Nobody reads the rest; a full pipe must not stop the server.
    child.stdout.resume();
    return { process: child, url };
  }
  throw new Error("The server ended before it listened.");
}
