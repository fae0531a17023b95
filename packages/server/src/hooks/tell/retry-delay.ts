const FIRST_MS = 1000;
const LONGEST_MS = 300_000;

/**
 * How long to wait after the n-th failure in a row, counted from 1: doubling from one second up to five minutes.
 *
 * Half of it is left to chance (`random` is 0 inclusive to 1 exclusive), so that several servers do not come back in step.
 */
export function retryDelayMs(failures: number, random: number): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return Math.round(fullMs / 2 + (random * fullMs) / 2);
}
