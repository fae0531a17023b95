import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { LoadedConfig } from "../../src/config/config.ts";
import type { ConfigChange } from "../../src/config/live-config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { type RunningServer, startServer } from "../../src/server.ts";
import { calmSettings } from "./calm-settings.ts";
import { PATIENCE_MS, within } from "./deadline.ts";

/** What a test wants different from a fresh server with the memory engine, silent and on a port of its own. */
export interface StartOptions {
  /** As the configuration file holds them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly engine?: "memory" | "lmdb";
  /** Keeps what is logged from this level on, so that `logLines` finds it. */
  readonly logLevel?: "warn" | "info" | "debug";
  /** Where the log goes, for a test that reads it after the server has stopped; else a folder that goes with the server. */
  readonly logDir?: string;
  /** A data folder of the test's own, for a server that is started again on what it kept. */
  readonly data?: string;
}

/** The whole server, as `startServer` makes it. */
export interface TestServer extends RunningServer {
  /** For WebSockets, without a path: `ws://127.0.0.1:PORT`. */
  readonly wsUrl: string;
  /** Lets the server read its configuration again, with these settings in the place of those it was started with. */
  reconfigure(settings: Readonly<Record<string, unknown>>): ConfigChange | null;
  /** What was logged so far under this event. Needs `logLevel`. */
  logLines(event: string): Promise<readonly LoggedLine[]>;
  /** Calls the API with the right key; resolves with the parsed answer. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** Publishes to a channel through the API; resolves with the answer's position. */
  push(channel: string, data: unknown, more?: Readonly<Record<string, unknown>>): Promise<PushAnswer>;
}

interface LoggedLine {
  readonly event: string;
  readonly [name: string]: unknown;
}

interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface PushAnswer {
  readonly epoch: string | undefined;
  readonly offset: number | undefined;
  readonly duplicate: boolean;
}

/** Starts a server in this process; the test's end stops it and removes its folders. */
export async function startTestServer(t: TestContext, options: StartOptions = {}): Promise<TestServer> {
  const { settings = {}, engine = "memory", logLevel } = options;
  const folder = await mkdtemp(join(tmpdir(), "tidewire-server-"));
  const logDir = options.logDir ?? join(folder, "logs");
  const log = logLevel === undefined ? { level: "silent" } : { level: logLevel, dir: logDir };
  const configured = (settings: StartOptions["settings"]): LoadedConfig =>
    resolveConfig({
      flags: { "--host": "127.0.0.1", "--port": 0, "--data": options.data ?? folder, "--engine": engine },
      settings: { drainMs: 200, apiKeys: ["a-key-of-the-tests"], ...calmSettings(settings), log },
    });
  const server = await startServer(configured(settings));
  t.after(async () => {
    await within(server.stop(), "the server's end");
    await rm(folder, { recursive: true, force: true });
  });

  async function api(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(server.url + path, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: {
        authorization: `Bearer ${server.apiKey.key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : objectOf(JSON.parse(text)) };
  }

  return {
    host: server.host,
    port: server.port,
    url: server.url,
    redirectPort: server.redirectPort,
    wsUrl: server.url.replace(/^http/, "ws"),
    apiKey: server.apiKey,
    reload: (load) => server.reload(load),
    reconfigure: (settings) => server.reload(() => configured(settings)),
    stop: () => server.stop(),
    logLines: (event) => linesOf(logDir, event),
    api,
    async push(channel, data, more = {}) {
      const path = `/api/channels/${encodeURIComponent(channel)}/messages`;
      const { status, body } = await api("POST", path, { data, ...more });
      if (status !== 201 && status !== 200) throw new Error(`push failed: ${status} ${JSON.stringify(body)}`);
      return {
        epoch: typeof body["epoch"] === "string" ? body["epoch"] : undefined,
        offset: typeof body["offset"] === "number" ? body["offset"] : undefined,
        duplicate: body["duplicate"] === true,
      };
    },
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

async function linesOf(dir: string, event: string): Promise<readonly LoggedLine[]> {
  const files = (await readdir(dir)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(dir, file), "utf8")));
  return texts
    .flatMap((text) => text.split("\n"))
    .filter((line) => line !== "")
    .map((line): LoggedLine => ({ event: "", ...objectOf(JSON.parse(line)) }))
    .filter((line) => line.event === event);
}
