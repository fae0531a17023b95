import { machineSchedule, type Store, type StoreOptions, SWEEP_INTERVAL_MS } from "../store.ts";
import { MemoryControl } from "./memory-control.ts";
import { MemoryCursors } from "./memory-cursors.ts";
import { MemoryQueues } from "./memory-queues.ts";
import { MemoryStreams } from "./memory-streams.ts";

/** An engine that keeps everything in memory and loses it with the process; always available. */
export function createMemoryStore(options: StoreOptions): Store {
  const schedule = options.schedule ?? machineSchedule;
  const streams = new MemoryStreams(options);
  const cursors = new MemoryCursors(options);
  let cancelSweep = schedule(SWEEP_INTERVAL_MS, sweepRegularly);
  let closed = false;

  function sweepRegularly(): void {
    streams.sweep();
    cancelSweep = schedule(SWEEP_INTERVAL_MS, sweepRegularly);
  }

  return {
    streams,
    cursors,
    control: new MemoryControl(),
    queues: new MemoryQueues(),
    status: () => (closed ? { available: false, reason: "the store is closed" } : { available: true }),
    onStatus() {
      // Nothing can happen to memory that would make it unavailable.
    },
    sweep() {
      streams.sweep();
      return Promise.resolve();
    },
    close() {
      closed = true;
      cancelSweep();
      streams.end();
      return Promise.resolve();
    },
  };
}
