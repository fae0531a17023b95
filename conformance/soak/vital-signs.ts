import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ServerProcess } from "../support/server-process.ts";

const MB = 1024 * 1024;

/**
 * What must stay flat in a server that runs for long, and how much it may grow in the second half of a run.
 *
 * The limits hold for a run of minutes, in which the garbage collector's habits weigh most, and all the more for one of an hour.
 */
export const VITAL_SIGNS = {
  /** Resident memory, the parts of the store's file that are in use among it. */
  memory: { unit: "MB", scale: MB, maxGrowth: 40 * MB },
  heap: { unit: "MB", scale: MB, maxGrowth: 24 * MB },
  /** Open files and sockets. */
  handles: { unit: "", scale: 1, maxGrowth: 20 },
  /** The mean of the worst delays of each second since the last look, in seconds. */
  eventLoopDelay: { unit: "ms", scale: 1e-3, maxGrowth: 0.02 },
  /** What the store takes on the disk. */
  store: { unit: "MB", scale: MB, maxGrowth: 16 * MB },
} as const;

export type VitalSign = keyof typeof VITAL_SIGNS;

/** One look at the server. */
export type Sample = { readonly [Sign in VitalSign]: number };

/** The numbers of one `GET /metrics`, by name; those with labels are summed up. */
export async function readMetrics(server: ServerProcess): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  const metrics = new Map<string, number>();
  for (const line of (await response.text()).split("\n")) {
    const [, name, value] = /^(\w+)(?:\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) metrics.set(name, (metrics.get(name) ?? 0) + Number(value));
  }
  return metrics;
}

/** Looks at a server again and again. */
export class Watch {
  readonly #server: ServerProcess;
  #delaySum = 0;
  #delayCount = 0;

  constructor(server: ServerProcess) {
    this.#server = server;
  }

  async look(): Promise<Sample> {
    const metrics = await readMetrics(this.#server);
    const read = (name: string): number => {
      const value = metrics.get(name);
      if (value === undefined) throw new Error(`the server has no metric ${name}`);
      return value;
    };
    const delaySum = read("tidewire_event_loop_delay_seconds_sum");
    const delayCount = read("tidewire_event_loop_delay_seconds_count");
    const eventLoopDelay = (delaySum - this.#delaySum) / Math.max(1, delayCount - this.#delayCount);
    this.#delaySum = delaySum;
    this.#delayCount = delayCount;
    return {
      memory: read("process_resident_memory_bytes"),
      heap: read("nodejs_heap_size_used_bytes"),
      handles: await openFiles(this.#server.pid),
      eventLoopDelay,
      store: await folderBytes(this.#server.dataFolder),
    };
  }
}

/** How many files and sockets a process has open; 0 where the system does not tell. */
async function openFiles(pid: number): Promise<number> {
  return process.platform === "linux" ? (await readdir(`/proc/${pid}/fd`)).length : 0;
}

/** What the files of a folder take on the disk. */
async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    // Blocks and not the length: the store's file is sparse.
    const { blocks } = await lstat(join(folder, name));
    bytes += blocks * 512;
  }
  return bytes;
}
