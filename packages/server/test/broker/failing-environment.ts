import type { Environment } from "../../src/broker/lmdb/environment.ts";

/**
 * How transactions fail: `refused` leaves nothing behind, like a full disk; `unflushed` is committed, and visible to readers, when the
 * failure is reported, like an I/O error of `fdatasync`.
 */
export type Failure = "refused" | "unflushed";

/** An environment that fails when a test says so. */
export interface FailingEnvironment extends Environment {
  failure: Failure | null;
  /** How many transactions were tried since the failure began. */
  failures: number;
}

export function failingEnvironment(environment: Environment): FailingEnvironment {
  const failing: FailingEnvironment = {
    ...environment,
    failure: null,
    failures: 0,
    write(fill) {
      if (failing.failure === null) return environment.write(fill);
      failing.failures++;
      const error = new Error("no space left on device");
      const before = failing.failure === "refused" ? Promise.resolve() : environment.write(fill).committed;
      return { committed: before.then(() => Promise.reject(error)), flushed: new Promise<void>(() => {}) };
    },
  };
  return failing;
}
