/**
 * 5000 clients back at once, each 100 messages behind, against the same clients with nothing to catch up.
 *
 *     npm run bench -- returning [--clients 5000] [--rounds 3]
 *
 * Measured is the time from the first connect until the last client has its last message.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

const BUDGET = 3;
const BEHIND = 100;
/** connected, subscribed; with a backlog also its messages and the position that ends a catch-up. */
const GREETINGS = 2;

const { values } = parseArgs({
  options: { clients: { type: "string", default: "5000" }, rounds: { type: "string", default: "3" } },
});
const clients = Number(values.clients);

async function timeMs(port: number, since: string, greetings: number): Promise<number> {
  const readers = await Child.start("readers.ts");
  try {
    const startMs = performance.now();
    await readers.ask("open", {
      port,
      count: clients,
      atOnce: clients,
      path: `/connect?channels=news${since}`,
      greetings,
    });
    return performance.now() - startMs;
  } finally {
    await readers.stop();
  }
}

const folder = await mkdtemp(join(tmpdir(), "tidewire-bench-"));
const server = await Child.start("servers/tidewire.ts", ["lmdb", folder]);
const ratios: number[] = [];
try {
  const port = await server.ask<number>("port");
  const url = `http://127.0.0.1:${port}/api/channels/news/messages`;
  const headers = { authorization: "Bearer bench", "content-type": "application/json" };
  const body = JSON.stringify({ data: { text: "x".repeat(60) } });
  let since = "";
  for (let index = 0; index < BEHIND; index += 1) {
    const answer = await fetch(url, { method: "POST", headers, body });
    const [, epoch = "", offset = "0"] = /"epoch":"([^"]+)","offset":(\d+)/.exec(await answer.text()) ?? [];
    since = `&since=${epoch}:${Number(offset) - BEHIND}`;
  }
  await timeMs(port, "", GREETINGS);
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    const bareMs = await timeMs(port, "", GREETINGS);
    const backMs = await timeMs(port, since, GREETINGS + BEHIND + 1);
    ratios.push(backMs / bareMs);
    console.log(
      `round ${round}: bare ${bareMs.toFixed(0)} ms, ${BEHIND} behind ${backMs.toFixed(0)} ms, ratio ${(backMs / bareMs).toFixed(2)}`,
    );
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
const ratio = median(ratios);
console.log(`median ratio ${ratio.toFixed(2)}, budget ${BUDGET}: ${ratio <= BUDGET ? "met" : "MISSED"}`);
