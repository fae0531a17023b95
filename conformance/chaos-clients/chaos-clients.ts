/**
 * Lets many SDK clients live on bad networks with a server that is killed, then says whether any promise was broken.
 *
 *     npm run chaos-clients -- [--clients 200] [--seconds 120] [--seed 1] [--longest-up-ms 15000]
 *
 * Exits with 1 when anything was lost, duplicated, reordered or left behind.
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { Random } from "../support/random.ts";
import { clientsReport } from "./clients-report.ts";
import { runClients } from "./clients-run.ts";
import { brokenPromises } from "./broken-promises.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "200" },
    seconds: { type: "string", default: "120" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    "longest-up-ms": { type: "string", default: "15000" },
  },
});

const beganMs = performance.now();
console.log(`seed ${values.seed}`);
const clients = Number(values.clients);
const outcome = await runClients({
  clients,
  durationMs: Number(values.seconds) * 1000,
  random: new Random(Number(values.seed)),
  longestUpMs: Number(values["longest-up-ms"]),
  tell: (line) => console.log(`${((performance.now() - beganMs) / 1000).toFixed(1)} s: ${line}`),
});
for (const line of clientsReport(clients, outcome)) console.log(line);
const broken = brokenPromises(outcome);
for (const line of broken) console.log(`broken: ${line}`);
process.exit(broken.length === 0 ? 0 : 1);
