import { setTimeout as wait } from "node:timers/promises";

/** Waits for work, but no longer than this, and tells whether it is done. Rejects when it does. */
export async function doneWithin(durationMs: number, work: Promise<unknown>): Promise<boolean> {
  const deadline = new AbortController();
  const late = wait(durationMs, false, { signal: deadline.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    deadline.abort();
  }
}
