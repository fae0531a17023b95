/** Exit status of a process that was ended by Ctrl-C: 128 and the signal's number. */
const INTERRUPTED = 130;

/**
 * Waits for the first SIGTERM, SIGINT or SIGHUP, and resolves with its name.
 *
 * A SIGINT after that ends the process at once: whoever presses Ctrl-C twice does not want to wait.
 */
export async function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      resolve(signal);
      process.on("SIGINT", () => process.exit(INTERRUPTED));
    };
    let stopped = false;
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (!stopped) stop(signal);
        stopped = true;
      });
    }
  });
}
