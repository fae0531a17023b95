import type { ClientsOutcome } from "./clients-run.ts";

/** What a run may leave in the heap: compiled code and caches of Node, not clients. */
const MOST_HEAP_GROWTH_BYTES = 8 * 1024 * 1024;

/** What a run has shown that must not be, in sentences; nothing if all is well. */
export function brokenPromises(outcome: ClientsOutcome): readonly string[] {
  const { verdict, mostSockets, mostConnections, listenersLeft, othersLeft, clientsLeft } = outcome;
  const { heapGrowthBytes } = outcome;
  return [
    ...verdict.problems.map(({ kind, detail }) => `${kind}: ${detail}`),
    ...(mostSockets > 1 ? [`a client kept ${mostSockets} sockets`] : []),
    ...(mostConnections > 1 ? [`a proxy saw ${mostConnections} connections of a client`] : []),
    ...(listenersLeft > 0 ? [`${listenersLeft} listeners were left on pages`] : []),
    ...(othersLeft > 0 ? [`${othersLeft} sockets and timers were left`] : []),
    ...(clientsLeft > 0 ? [`${clientsLeft} closed clients are still held by something`] : []),
    ...(heapGrowthBytes > MOST_HEAP_GROWTH_BYTES ? [`the heap grew by ${heapGrowthBytes} bytes`] : []),
  ];
}
