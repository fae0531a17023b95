const WIDTH = 30;

/** A bar that is full at 1, with what is being done before it and a figure behind. */
export function progressBar(what: string, done: number, figure: string): string {
  const filled = Math.round(Math.min(1, Math.max(0, done)) * WIDTH);
  return `${what.padEnd(10)} [${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}] ${figure}`;
}
