import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { resolveConfig } from "../../../packages/server/src/config/resolve.ts";
import { type RunningServer, startServer as start } from "../../../packages/server/src/server.ts";

/** The key of every server that is started here. */
const API_KEY = "a-key-for-tests-only";

/** Where a server listens and what it stores. */
export interface ServerPlace {
  readonly engine?: "memory" | "lmdb";
  readonly data: string;
  /** 0 picks one. */
  readonly port?: number;
  /** As the configuration file holds them, beside presence in `room.*`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Runs with a data folder that goes away afterwards. */
export async function withDataFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-sdk-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Starts the server as its command does, with presence in `room.*`. The caller stops it. */
export function startServer({
  engine = "memory",
  data,
  port = 0,
  settings = {},
}: ServerPlace): Promise<RunningServer> {
  const flags = {
    "--port": String(port),
    "--engine": engine,
    "--data": data,
    "--log-level": "silent",
  };
  const all = { channels: [{ match: "room.*", presence: true }], ...settings };
  return start(resolveConfig({ settings: all, flags, env: { TIDEWIRE_API_KEY: API_KEY } }));
}

/** Starts a server in memory that is stopped with the test. */
export async function serverFor(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<RunningServer> {
  const data = await mkdtemp(join(tmpdir(), "tidewire-sdk-"));
  const server = await startServer({ data, settings });
  t.after(async () => {
    await server.stop();
    await rm(data, { recursive: true });
  });
  return server;
}

/** Calls the server's API and returns its answer; throws what it says when it refuses. */
export async function callApi(
  server: RunningServer,
  method: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
