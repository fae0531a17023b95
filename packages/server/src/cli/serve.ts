import { KeyFileError } from "../auth/key-file.ts";
import { LogFolderError } from "../base/create-logger.ts";
import { StoreDamaged, StoreInUse, StoreTooNew } from "../broker/store-errors.ts";
import { accessModeOf } from "../config/access-mode.ts";
import { ConfigError, type LoadedConfig } from "../config/config.ts";
import { type RunningServer, StartError } from "../server.ts";
import { startNotice } from "./start-notice.ts";
import type { Terminal } from "./terminal.ts";

/** Starts a server; rejects when it cannot. */
export type StartServer = (config: LoadedConfig) => Promise<RunningServer>;

/** Failures whose message says everything to the person who started the server. */
const EXPECTED = [
  ConfigError,
  StartError,
  KeyFileError,
  LogFolderError,
  StoreInUse,
  StoreTooNew,
  StoreDamaged,
];

/**
 * Runs a server until it is told to stop, and resolves with the exit status.
 *
 * 0 after a stop that was asked for, 1 when the server could not start. What it was stopped by comes in as a promise.
 */
export async function serve(
  load: () => LoadedConfig,
  start: StartServer,
  stopped: Promise<unknown>,
  terminal: Terminal,
): Promise<number> {
  let server: RunningServer;
  try {
    const config = load();
    for (const warning of config.warnings) terminal.complain(`tidewire: ${warning}`);
    server = await start(config);
    for (const line of noticeOf(server, config, terminal)) terminal.print(line);
  } catch (error) {
    terminal.complain(describe(error));
    return 1;
  }
  await stopped;
  await server.stop();
  return 0;
}

/** What a person needs to know about a failure: a sentence, or for a bug all there is. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return `tidewire: ${String(error)}`;
  const isExpected = EXPECTED.some((expected) => error instanceof expected);
  return `tidewire: ${isExpected ? error.message : (error.stack ?? error.message)}`;
}

function noticeOf(
  server: RunningServer,
  { values }: LoadedConfig,
  { isInteractive }: Terminal,
): readonly string[] {
  const isOpen = accessModeOf(values) === "open";
  return startNotice(server, { isInteractive, demos: values.demos, isOpen });
}
