/**
 * Reads a long stream page by page and shows that memory stays flat.
 *
 *   node --expose-gc --conditions=tidewire-source --import tsx bench/streams-replay.ts [messages]
 *
 * The resident set grows with every page of the file that was looked at, since LMDB maps it; those pages belong to the system's cache and are
 * taken away when somebody needs memory. What counts is the heap, and `RssAnon` of Linux: memory that is this process's own.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomId } from "../packages/server/src/base/random-id.ts";
import { openLmdbStore } from "../packages/server/src/broker/lmdb/lmdb-store.ts";
import { API_PUBLISHER } from "../packages/server/src/core/message.ts";

const total = Number(process.argv[2] ?? 1_000_000);
const BATCH = 1000;
const history = { messages: total, ttlMs: 86_400_000, bytes: 1e12, durable: "disk" } as const;
const dataJson = JSON.stringify({ text: "x".repeat(90) });

function ownMegabytes(): string {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const anonymousKb = /RssAnon:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
  return `heap ${((heapUsed + external) / 1e6).toFixed(1)} MB, RssAnon ${(Number(anonymousKb) / 1e3).toFixed(0)} MB`;
}

const path = mkdtempSync(join(tmpdir(), "tidewire-bench-"));
const store = await openLmdbStore({ clock: { nowMs: () => Date.now() }, randomId, listener: () => {}, path });
for (let stored = 0; stored < total; stored += BATCH) {
  const batch = Array.from({ length: BATCH }, (_, index) => ({
    channel: "news",
    history,
    id: `${stored + index}`,
    chosenId: false,
    from: API_PUBLISHER,
    key: null,
    priority: null,
    exclude: null,
    keepsLast: false,
    dataJson,
  }));
  await store.streams.append(batch);
}
console.log(`stored ${total} messages: ${ownMegabytes()}`);
const startMs = performance.now();
let cursor = 0;
let next = 0;
for (;;) {
  const query = { channel: "news", history, bound: cursor, order: "asc", head: total } as const;
  const { messages } = await store.streams.read({ ...query, maxMessages: 100, maxBytes: 65_536 });
  const last = messages.at(-1);
  if (last === undefined) break;
  cursor = last.offset ?? total;
  if (cursor < next) continue;
  console.log(`${cursor.toString().padStart(9)} read: ${ownMegabytes()}`);
  next += total / 5;
}
const seconds = (performance.now() - startMs) / 1000;
console.log(`${Math.round(cursor / seconds)} messages/s`);
await store.close();
rmSync(path, { recursive: true, force: true });
