import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore } from "../../src/broker/memory/memory-store.ts";
import { openEnvironment } from "../../src/broker/lmdb/environment.ts";
import { openLmdbStore, openStoreOn } from "../../src/broker/lmdb/lmdb-store.ts";
import type { Store, StoreOptions } from "../../src/broker/store.ts";
import type { HistoryOptions } from "../../src/config/channel-options.ts";
import { API_PUBLISHER, type Message } from "../../src/core/message.ts";
import type { Append } from "../../src/core/streams.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** How a run of the store ends: closed, or as `kill -9` leaves it. */
type Ending = "clean" | "killed";

/** A store under test, and everything that it delivered. */
export interface StoreHarness {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly delivered: Message[];
  /** Ends this run and starts the next on the same data; null for an engine that keeps nothing. */
  readonly restart: ((ending: Ending) => Promise<void>) | null;
  dispose(): Promise<void>;
}

export type MakeHarness = (options?: Partial<StoreOptions>) => Promise<StoreHarness>;

export const HISTORY: HistoryOptions = { messages: 100, ttlMs: 3_600_000, bytes: 1_000_000, durable: "disk" };

/** A publish by the API whose id nobody chose, with what the test cares about in `parts`. */
export function publish(parts: Partial<Append> = {}): Append {
  return {
    channel: "news",
    history: HISTORY,
    id: `made-${parts.dataJson ?? "null"}`,
    chosenId: parts.id !== undefined,
    from: API_PUBLISHER,
    key: null,
    priority: null,
    exclude: null,
    dataJson: "null",
    keepsLast: false,
    ...parts,
  };
}

/** Ids that are the same in every run of a test, and never repeat within one. */
function countingIds(): (bits: number) => string {
  let count = 0;
  return () => `e${++count}`;
}

function baseOptions(clock: FakeClock, delivered: Message[]): StoreOptions {
  return {
    clock,
    randomId: countingIds(),
    listener: (messages) => delivered.push(...messages),
    // Sweeps happen when a test says so.
    schedule: () => () => {},
  };
}

export const makeMemory: MakeHarness = async (options = {}) => {
  const clock = new FakeClock();
  const delivered: Message[] = [];
  const store = createMemoryStore({ ...baseOptions(clock, delivered), ...options });
  return { store, clock, delivered, restart: null, dispose: () => store.close() };
};

/** A new folder for one test, and how to remove it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "tidewire-store-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const makeLmdb: MakeHarness = async (options = {}) => {
  const folder = temporaryFolder();
  const clock = new FakeClock();
  const delivered: Message[] = [];
  const all = { ...baseOptions(clock, delivered), ...options };
  // An environment that outlives the stores on it is what a killed process leaves: no closing, and no mark of a clean stop.
  let environment = openEnvironment(folder.path);
  const harness = {
    store: await openStoreOn(environment, all),
    clock,
    delivered,
    async restart(ending: Ending) {
      if (ending === "clean") {
        await harness.store.close();
        environment = openEnvironment(folder.path);
      }
      harness.store = await openStoreOn(environment, all);
    },
    async dispose() {
      await harness.store.close();
      folder.remove();
    },
  };
  return harness;
};

/** A store in a folder of its own, opened as the server does. */
export async function openIn(path: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  return openLmdbStore({ ...baseOptions(new FakeClock(), []), ...options, path });
}
