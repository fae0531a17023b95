import { onAbort } from "./abort-listener.ts";
import type { TidewireError } from "./error.ts";

/** What may end a wait before its answer. */
export interface Bounds {
  readonly startTimer: (delayMs: number, callback: () => void) => () => void;
  /** Undefined waits as long as it takes. */
  readonly timeoutMs: number | undefined;
  readonly timeoutError: () => TidewireError;
  /** The promise rejects with its reason. */
  readonly signal: AbortSignal | undefined;
  /** Called before the promise rejects for one of these. */
  readonly givenUp: () => void;
}

/** How a wait ends: by the first of these calls. */
export interface Ending<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
  /** The same, and whoever has let go of the promise is not troubled by it. */
  rejectQuietly(error: unknown): void;
  /** Leaves the promise as it is, and nothing else behind. */
  release(): void;
}

/** Promises what `begin` brings to an end, within bounds. When the promise settles, timer and listener are gone. */
export function promiseWithin<Result>(
  bounds: Bounds,
  begin: (ending: Ending<Result>) => void,
): Promise<Result> {
  const { startTimer, timeoutMs, signal } = bounds;
  const promise = new Promise<Result>((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      bounds.givenUp();
      ending.reject(error);
    };
    const stopTimer =
      timeoutMs === undefined ? undefined : startTimer(timeoutMs, () => giveUp(bounds.timeoutError()));
    const stopListening = onAbort(signal, () => giveUp(signal?.reason));
    const ending: Ending<Result> = {
      resolve(result) {
        ending.release();
        resolve(result);
      },
      reject(error) {
        ending.release();
        reject(error);
      },
      rejectQuietly(error) {
        // A program that ends the client, or is sent away, must not die of promises that it has let go of.
        promise.catch(() => {});
        ending.reject(error);
      },
      release() {
        stopTimer?.();
        stopListening();
      },
    };
    if (signal?.aborted) ending.reject(signal.reason);
    else begin(ending);
  });
  return promise;
}
