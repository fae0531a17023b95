import { problemLines, tallyLines } from "../chaos/report.ts";
import type { ClientsOutcome } from "./clients-run.ts";

const MB = 1024 * 1024;

/** What a run has shown, in lines of text. */
export function clientsReport(clients: number, outcome: ClientsOutcome): readonly string[] {
  const faults = [...outcome.faults].map(([name, count]) => `${name} ${count}`);
  return [
    `${clients} clients; ${outcome.kills} kills with SIGKILL, ${outcome.stops} orderly restarts`,
    `faults: ${faults.join(", ")}`,
    `${outcome.sockets} sockets opened, ${outcome.connections} connections at the proxies`,
    `at most ${outcome.mostSockets} socket of a client at a time, ${outcome.mostConnections} at its proxy`,
    `left after close(): ${outcome.listenersLeft} listeners, ${outcome.othersLeft} sockets and timers, ${outcome.clientsLeft} clients`,
    `the heap grew by ${(outcome.heapGrowthBytes / MB).toFixed(1)} MB`,
    "",
    ...tallyLines(outcome.verdict, [
      ["disk", "disk"],
      ["process", "process"],
    ]),
    "",
    ...problemLines(outcome.verdict.problems),
  ];
}
