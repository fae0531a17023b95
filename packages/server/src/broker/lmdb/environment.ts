import { mkdirSync, statfsSync } from "node:fs";
import { open } from "lmdb";
import { META_PROBE } from "./keys.ts";

/** Collects what one transaction changes. Keys are copied at once; values must not change until the commit. */
export interface Writer {
  put(key: Buffer, value: Buffer): void;
  remove(key: Buffer): void;
}

/** A transaction on its way. When it fails, `committed` rejects and `flushed` never settles. */
interface Commit {
  /** Others can read it, and it survives the end of this process. */
  readonly committed: Promise<void>;
  /** It survives a power cut. */
  readonly flushed: Promise<void>;
}

/** Which keys, and in which direction; `start` is inclusive and `end` exclusive in the direction of reading. */
export interface Range {
  readonly start: Buffer;
  readonly end: Buffer;
  readonly reverse?: boolean;
  readonly limit?: number;
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * The ordered key-value file under the store, and the seam at which tests make it fail.
 *
 * Reads are synchronous, see committed data only, and throw when the environment cannot be used any more.
 */
export interface Environment {
  get(key: Buffer): Buffer | undefined;
  entries(range: Range): Iterable<Entry>;
  countKeys(range: Range): number;
  /** Commits what `fill` collects as one transaction, off the main thread. */
  write(fill: (writer: Writer) => void): Commit;
  /** Runs `action` as one transaction that excludes every other process; what it wrote is committed on return. */
  exclusively<Result>(action: (writer: Writer) => Result): Result;
  /** Waits for the transactions on their way. */
  close(): Promise<void>;
}

/**
 * With less than this free, the disk counts as full and nothing is written.
 *
 * lmdb 3.5.6 writes past a buffer of 100 bytes when it describes a failed write (`mdb_page_flush`), so a full disk would sooner or later
 * end the process. Asking the system before each group takes 3 µs.
 */
const RESERVED_BYTES = 16_000_000;

/** How many bytes may still be written in a folder. */
export type FreeBytes = (path: string) => number;

const systemFreeBytes: FreeBytes = (path) => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
};

/** Opens the LMDB environment in `path`, which is made when it is missing (readable for its owner only). */
export function openEnvironment(path: string, freeBytes: FreeBytes = systemFreeBytes): Environment {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const database = open<Buffer, Buffer>({
    path,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    // With batching per turn, a failing commit also rejects a promise that nobody can reach, which would end the process.
    eventTurnBatching: false,
  });
  const writer: Writer = {
    put(key, value) {
      void database.put(key, value);
    },
    remove(key) {
      void database.remove(key);
    },
  };
  return {
    get: (key) => database.getBinary(key),
    entries: (range) => database.getRange(range),
    countKeys: (range) => database.getKeysCount(range),
    write(fill) {
      const free = freeBytes(path);
      if (free < RESERVED_BYTES) return refused(`the disk is full: ${path} has ${free} bytes left`);
      const batch = database.batch(() => fill(writer));
      // `flushed` speaks of the newest transaction at the moment somebody asks, so it has to be asked now.
      const flushed = new Promise<void>((resolve, reject) => {
        database.flushed.then(() => resolve(), reject);
      });
      return { committed: batch.then(ignore, rethrowCause), flushed };
    },
    exclusively: (action) => database.transactionSync(() => action(writer)),
    async close() {
      try {
        database.getBinary(META_PROBE);
        // After a failed commit, closing waits for a flush that never comes, unless another transaction, here an empty one, succeeds.
        await database.batch(ignore).catch(rethrowCause);
      } catch {
        // LMDB has given this environment up, and closing would wait for ever; the end of the process closes it.
        return;
      }
      await database.close();
    },
  };
}

function ignore(): void {}

function refused(reason: string): Commit {
  return { committed: Promise.reject(new Error(reason)), flushed: new Promise(ignore) };
}

/** A failed commit rejects without its cause, which is in a promise of its own that must not be left unhandled. */
async function rethrowCause(error: unknown): Promise<never> {
  if (error instanceof Error && "commitError" in error && error.commitError instanceof Promise) {
    await error.commitError;
  }
  throw error;
}
