/**
 * Acknowledged publishes over HTTP with 64 in flight: flushed to disk by the lmdb engine, against the memory engine.
 *
 *     npm run bench -- durable-publish [--rounds 3] [--seconds 5]
 *
 * Each round measures both engines, one right after the other.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

const BUDGET = 0.8;
const IN_FLIGHT = 64;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "5" } },
});

async function publishesPerSecond(engine: "memory" | "lmdb"): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-bench-"));
  const server = await Child.start("servers/tidewire.ts", [engine, folder]);
  const publishers = await Child.start("http-publishers.ts");
  try {
    const port = await server.ask<number>("port");
    await publishers.ask("publish", { port, inFlight: IN_FLIGHT, seconds: 1 });
    return await publishers.ask<number>("publish", {
      port,
      inFlight: IN_FLIGHT,
      seconds: Number(values.seconds),
    });
  } finally {
    await publishers.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const ratios: number[] = [];
for (let round = 1; round <= Number(values.rounds); round += 1) {
  const durable = await publishesPerSecond("lmdb");
  const memory = await publishesPerSecond("memory");
  ratios.push(durable / memory);
  console.log(
    `round ${round}: lmdb ${durable.toFixed(0)}/s, memory ${memory.toFixed(0)}/s, ratio ${(durable / memory).toFixed(3)}`,
  );
}
const ratio = median(ratios);
console.log(`median ratio ${ratio.toFixed(3)}, budget ${BUDGET}: ${ratio >= BUDGET ? "met" : "MISSED"}`);
