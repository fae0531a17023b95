import { MemoryStreams } from "../memory/memory-streams.ts";
import { StoreTooNew } from "../store-errors.ts";
import {
  DEDUPE_KEEP_MS,
  machineSchedule,
  MAX_IDS_PER_CHANNEL,
  type Schedule,
  type Store,
  type StoreOptions,
  SWEEP_INTERVAL_MS,
} from "../store.ts";
import type { Message } from "../../core/message.ts";
import { Heard } from "../heard.ts";
import { type Environment, openEnvironment } from "./environment.ts";
import { GroupCommit } from "./group-commit.ts";
import { META_CLEAN, META_EPOCHS, META_FORMAT, META_OWNER } from "./keys.ts";
import { LmdbControl } from "./lmdb-control.ts";
import { LmdbCursors } from "./lmdb-cursors.ts";
import { LmdbQueues } from "./lmdb-queues.ts";
import { LmdbStreams } from "./lmdb-streams.ts";
import { claim, release } from "./ownership.ts";
import { RoutedStreams } from "./routed-streams.ts";
import { StoreEpochs } from "./store-epochs.ts";
import { StreamCache } from "./stream-cache.ts";
import { StreamParts } from "./stream-parts.ts";
import { StreamSweeper } from "./stream-sweeper.ts";

/** Of the whole layout of the database; the values carry versions of their own. */
const FORMAT = 1;

export interface LmdbStoreOptions extends StoreOptions {
  /** The data folder; it is made when it is missing. It must be on a local disk: LMDB maps its file into memory. */
  readonly path: string;
}

/** The store on disk. */
export interface LmdbStore extends Store {
  /** Whether the process before had stopped without closing the store. */
  readonly afterUncleanStop: boolean;
}

/**
 * Opens the store in a folder, which then belongs to this process until the store is closed or the process ends.
 *
 * Rejects with StoreInUse when another process has it, with StoreTooNew when a newer version wrote it, and with what the system says when
 * the folder cannot be used.
 */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<LmdbStore> {
  const environment = openEnvironment(options.path);
  try {
    checkFormat(environment);
    claim(environment, options.path);
  } catch (error) {
    await environment.close();
    throw error;
  }
  try {
    return await openStoreOn(environment, options);
  } catch (error) {
    release(environment);
    await environment.close();
    throw error;
  }
}

/** The store on an environment that belongs to this process. */
export async function openStoreOn(environment: Environment, options: StoreOptions): Promise<LmdbStore> {
  const { clock, randomId, listener } = options;
  const schedule = options.schedule ?? machineSchedule;
  const limits = {
    keepMs: options.dedupeKeepMs ?? DEDUPE_KEEP_MS,
    max: options.maxIdsPerChannel ?? MAX_IDS_PER_CHANNEL,
  };
  const { epochs, afterUncleanStop } = await begin(environment, randomId);
  const heard = new Heard();
  const onKept = (messages: readonly Message[]) => {
    const reported = heard.of(messages);
    if (reported.length > 0) listener(reported);
  };
  const commits = new GroupCommit({ environment, schedule, onKept, observer: options.commits });
  const cache = new StreamCache(environment, epochs);
  const parts = new StreamParts({ environment, epochs, limits }, commits, clock);
  const disk = new LmdbStreams({ environment, cache, parts, epochs, clock, randomId, limits });
  const memory = new MemoryStreams(options);
  const sweeper = new StreamSweeper({
    environment,
    cache,
    parts,
    epochs,
    clock,
    limits,
    names: (after, limit) => disk.names(after, limit),
    isOpen: (channel) => heard.isOpen(channel),
  });
  const regularly = repeat(schedule, SWEEP_INTERVAL_MS, sweep);
  let closing: Promise<void> | null = null;

  async function sweep(): Promise<void> {
    memory.sweep();
    if (commits.status.available) await sweeper.sweep();
  }

  async function end(): Promise<void> {
    memory.end();
    const kept = await commits.close();
    await regularly.stop();
    if (kept) await markClean(environment);
    await environment.close();
  }

  return {
    streams: new RoutedStreams(disk, memory, heard, commits),
    cursors: new LmdbCursors(environment, commits, clock),
    control: new LmdbControl(environment, commits),
    queues: new LmdbQueues(environment, commits),
    afterUncleanStop,
    status: () => commits.status,
    onStatus: (callback) => commits.onStatus(callback),
    sweep,
    close: () => (closing ??= end()),
  };
}

function checkFormat(environment: Environment): void {
  const format = environment.get(META_FORMAT)?.readUInt32BE() ?? FORMAT;
  if (format === FORMAT) return;
  throw new StoreTooNew(
    `The data folder has format ${format}, and this version of Tidewire knows format ${FORMAT}. ` +
      "Start the version that wrote it, or a newer one, or use another folder (--data).",
  );
}

/** Looks at how the last run ended and marks this one as running, which only closing undoes. */
async function begin(environment: Environment, randomId: StoreOptions["randomId"]) {
  const stored = environment.get(META_EPOCHS);
  const epochs = stored === undefined ? StoreEpochs.create(randomId) : StoreEpochs.decode(stored, randomId);
  const afterUncleanStop = stored !== undefined && environment.get(META_CLEAN) === undefined;
  if (afterUncleanStop) epochs.renew(true);
  const { committed, flushed } = environment.write((writer) => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(FORMAT);
    writer.put(META_FORMAT, bytes);
    writer.put(META_EPOCHS, epochs.encode());
    writer.remove(META_CLEAN);
  });
  await committed;
  await flushed;
  return { epochs, afterUncleanStop };
}

async function markClean(environment: Environment): Promise<void> {
  const { committed, flushed } = environment.write((writer) => {
    writer.put(META_CLEAN, Buffer.from("1"));
    writer.remove(META_OWNER);
  });
  try {
    await committed;
    await flushed;
  } catch {
    // The next start takes this stop for an unclean one, which is what it was.
  }
}

/** Runs something again and again, never twice at once. */
function repeat(schedule: Schedule, everyMs: number, run: () => Promise<void>) {
  let stopped = false;
  let cancel = () => {};
  let running = Promise.resolve();
  function later(): void {
    if (stopped) return;
    cancel = schedule(everyMs, () => {
      // A store that cannot be read says so in its status; the next round tries again.
      running = run().then(later, later);
    });
  }
  later();
  return {
    async stop(): Promise<void> {
      stopped = true;
      cancel();
      await running;
    },
  };
}
