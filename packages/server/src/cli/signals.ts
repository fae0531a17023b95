import { closeSync, openSync } from "node:fs";
import process from "node:process";

/** What a process is told from outside while it serves. */
export interface Signals {
  /** Resolves at the first order to stop. */
  readonly stopped: Promise<unknown>;
  /** Calls back at each order to read the configuration again. */
  onReload(callback: () => void): void;
}

/** Exit status of a process that was ended by Ctrl-C: 128 and the signal's number. */
const INTERRUPTED = 130;

/**
 * Begins to listen to signals: SIGTERM and SIGINT stop, SIGHUP reloads.
 *
 * A SIGINT after that ends the process at once: whoever presses Ctrl-C twice does not want to wait. SIGHUP is also what a terminal that is
 * closed sends to what runs in it, and then it stops.
 */
export function listenToSignals(): Signals {
  let reload = (): void => {};
  const hasTerminal = process.stdout.isTTY;
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      resolve(signal);
      process.on("SIGINT", () => process.exit(INTERRUPTED));
    };
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    process.on("SIGHUP", (signal) => {
      if (process.platform === "win32" || (hasTerminal && !canReachTerminal())) stop(signal);
      else reload();
    });
  });
  return {
    stopped,
    onReload(callback) {
      reload = callback;
    },
  };
}

function canReachTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
