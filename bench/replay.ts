/**
 * A million stored messages to one client that has none of them: how the server's memory behaves meanwhile.
 *
 *     npm run bench -- replay [--messages 1000000] [--rounds 4]
 *
 * Each round is another client. In the first one the heap finds its size; memory is flat when the last round takes no more than the
 * second one. What the collector has not come to yet makes single values rise and fall by some 20 MB.
 * Looked at is the memory that no file backs, where the system tells (Linux). The resident set also holds the pages of the data file that were
 * read, which belong to the system's cache.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomId } from "../packages/server/src/base/random-id.ts";
import { openLmdbStore } from "../packages/server/src/broker/lmdb/lmdb-store.ts";
import { API_PUBLISHER } from "../packages/server/src/core/message.ts";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

const CHANNEL = "replay";
const BATCH = 1000;
const SAMPLE_MS = 50;
/** connected and subscribed. */
const GREETINGS = 2;
/** What the last round may take on top of the second one: a small part of the 200 MB that a round sends. */
const BUDGET_BYTES = 32 * 1024 * 1024;

const { values } = parseArgs({
  options: { messages: { type: "string", default: "1000000" }, rounds: { type: "string", default: "4" } },
});
const count = Number(values.messages);

/** Fills the channel without the detour over a door. */
async function fill(folder: string): Promise<void> {
  const history = { messages: count, ttlMs: 86_400_000, bytes: 1e12, durable: "process" } as const;
  const path = join(folder, "streams");
  const store = await openLmdbStore({
    clock: { nowMs: () => Date.now() },
    randomId,
    listener: () => {},
    path,
  });
  const dataJson = JSON.stringify({ text: "x".repeat(90) });
  for (let stored = 0; stored < count; stored += BATCH) {
    await store.streams.append(
      Array.from({ length: Math.min(BATCH, count - stored) }, (_, index) => ({
        channel: CHANNEL,
        history,
        id: `${stored + index}`,
        chosenId: false,
        from: API_PUBLISHER,
        key: null,
        priority: null,
        exclude: null,
        keepsLast: false,
        dataJson,
      })),
    );
  }
  await store.close();
}

interface Round {
  readonly seconds: number;
  /** Medians of the memory in the first and the last quarter of the time, and the largest value. */
  readonly first: number;
  readonly last: number;
  readonly most: number;
}

/** Lets one client read everything, and looks at the server's memory meanwhile. */
async function replay(server: Child): Promise<Round> {
  const port = await server.ask<number>("port");
  const reader = await Child.start("readers.ts");
  try {
    const beganMs = performance.now();
    const path = `/connect?channels=${CHANNEL}&since=earliest`;
    await reader.ask("open", { port, count: 1, path, greetings: GREETINGS });
    const samples: number[] = [];
    // One more than the messages: `position` ends the catch-up.
    while ((await reader.ask<number>("frames")) < count + 1) {
      samples.push(await server.ask<number>("ownBytes"));
      await new Promise<void>((resolve) => {
        setTimeout(resolve, SAMPLE_MS);
      });
    }
    const seconds = (performance.now() - beganMs) / 1000;
    const quarter = Math.ceil(samples.length / 4);
    return {
      seconds,
      first: median(samples.slice(0, quarter)),
      last: median(samples.slice(-quarter)),
      most: Math.max(...samples),
    };
  } finally {
    await reader.stop();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const folder = await mkdtemp(join(tmpdir(), "tidewire-bench-"));
try {
  await fill(folder);
  const rule = { match: CHANNEL, history: { messages: count, bytes: "64GB", durable: "process" } };
  const server = await Child.start("servers/tidewire.ts", [
    "lmdb",
    folder,
    JSON.stringify({ channels: [rule] }),
  ]);
  try {
    console.log(`idle: ${megabytes(await server.ask<number>("ownBytes"))} of its own`);
    const rounds: Round[] = [];
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      const played = await replay(server);
      rounds.push(played);
      const { seconds, first, last, most } = played;
      console.log(
        `round ${round}: ${count} messages in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} per second; ` +
          `first quarter ${megabytes(first)}, last quarter ${megabytes(last)}, most ${megabytes(most)}`,
      );
    }
    console.log(
      `resident with the pages of the data file: ${megabytes(await server.ask<number>("rssBytes"))}`,
    );
    const grown = (rounds.at(-1)?.most ?? Number.NaN) - (rounds[1]?.most ?? Number.NaN);
    console.log(
      `the most of the last round is ${megabytes(grown)} above that of the second; ` +
        `budget ${megabytes(BUDGET_BYTES)}: ${grown <= BUDGET_BYTES ? "met" : "MISSED"}`,
    );
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
