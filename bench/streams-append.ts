/**
 * How much the store costs the main thread, and how fast it takes appends, against the engine in memory in the same run.
 *
 *   node --conditions=tidewire-source --import tsx bench/streams-append.ts [seconds] [in flight]
 *
 * Each append is a batch of its own, as with concurrent HTTP requests. CPU is that of the whole process, the threads that wait for the disk
 * included.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { randomId } from "../packages/server/src/base/random-id.ts";
import { openLmdbStore } from "../packages/server/src/broker/lmdb/lmdb-store.ts";
import { createMemoryStore } from "../packages/server/src/broker/memory/memory-store.ts";
import type { Store } from "../packages/server/src/broker/store.ts";
import type { Durability } from "../packages/server/src/config/channel-options.ts";
import { API_PUBLISHER } from "../packages/server/src/core/message.ts";

const seconds = Number(process.argv[2] ?? 3);
const inFlight = Number(process.argv[3] ?? 64);
const CHANNELS = 8;
const dataJson = JSON.stringify({ text: "x".repeat(90) });
const base = { clock: { nowMs: () => Date.now() }, randomId, listener: () => {} };

async function measure(name: string, store: Store, durable: Durability, chosenId: boolean): Promise<void> {
  const history = { messages: 10_000, ttlMs: 86_400_000, bytes: 16_000_000, durable };
  let count = 0;
  let latencyMs = 0;
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  async function publish(channel: string): Promise<void> {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const [result] = await store.streams.append([
        {
          channel,
          history,
          id: randomId(96),
          chosenId,
          from: API_PUBLISHER,
          key: null,
          priority: null,
          exclude: null,
          keepsLast: false,
          dataJson,
        },
      ]);
      if (result?.ok !== true) throw new Error("the store refused a publish");
      latencyMs += performance.now() - sentMs;
      count++;
    }
  }
  const cpuBefore = process.cpuUsage();
  await Promise.all(Array.from({ length: inFlight }, (_, number) => publish(`room.${number % CHANNELS}`)));
  const cpu = process.cpuUsage(cpuBefore);
  const perSecond = (count / (performance.now() - startMs)) * 1000;
  row(
    name,
    `${Math.round(perSecond)}/s`,
    `${(latencyMs / count).toFixed(2)} ms`,
    `${((cpu.user + cpu.system) / count).toFixed(1)} µs`,
  );
}

function row(name: string, ...cells: readonly string[]): void {
  console.log(name.padEnd(28) + cells.map((cell) => cell.padStart(12)).join(""));
}

row(`${inFlight} in flight`, "appends", "latency", "CPU");
const memory = createMemoryStore(base);
await measure("memory", memory, false, false);
await memory.close();
const path = mkdtempSync(join(tmpdir(), "tidewire-bench-"));
const lmdb = await openLmdbStore({ ...base, path });
await measure("lmdb, durable: process", lmdb, "process", false);
await measure("lmdb, durable: disk", lmdb, "disk", false);
await measure("lmdb, disk, chosen ids", lmdb, "disk", true);
await lmdb.close();
rmSync(path, { recursive: true, force: true });
