import { accessModeOf } from "../config/access-mode.ts";
import type { LoadedConfig } from "../config/config.ts";
import type { RunningServer } from "../server.ts";
import type { Signals } from "./signals.ts";
import { startNotice } from "./start-notice.ts";
import type { Terminal } from "./terminal.ts";

/** Starts a server; rejects when it cannot. */
export type StartServer = (config: LoadedConfig) => Promise<RunningServer>;

/**
 * The names of failures whose message says everything to the person who started the server.
 *
 * By name and not by class, so that `--help` and `config` load nothing of the server.
 */
const EXPECTED: ReadonlySet<string> = new Set([
  "ConfigError",
  "StartError",
  "KeyFileError",
  "CertificateError",
  "TokenKeyError",
  "TokenWishError",
  "TokenRefused",
  "LogFolderError",
  "StoreInUse",
  "StoreTooNew",
  "StoreDamaged",
  "UsageError",
  "ServerCallError",
]);

/**
 * Runs a server until it is told to stop, and resolves with the exit status.
 *
 * 0 after a stop that was asked for, 1 when the server could not start or not stop in order.
 */
export async function serve(
  load: () => LoadedConfig,
  start: StartServer,
  signals: Signals,
  terminal: Terminal,
): Promise<number> {
  try {
    const config = load();
    for (const warning of config.warnings) terminal.complain(`tidewire: ${warning}`);
    const server = await start(config);
    for (const line of noticeOf(server, config, terminal)) terminal.print(line);
    signals.onReload(() => server.reload(load));
    await signals.stopped;
    await server.stop();
    return 0;
  } catch (error) {
    terminal.complain(describe(error));
    return 1;
  }
}

/** What a person needs to know about a failure: a sentence, or for a bug all there is. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return `tidewire: ${String(error)}`;
  return `tidewire: ${EXPECTED.has(error.name) ? error.message : (error.stack ?? error.message)}`;
}

function noticeOf(
  server: RunningServer,
  { values }: LoadedConfig,
  { isInteractive }: Terminal,
): readonly string[] {
  const isOpen = accessModeOf(values) === "open";
  return startNotice(server, { isInteractive, demos: values.demos, isOpen });
}
