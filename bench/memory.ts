/**
 * Resident memory per idle session with one subscription.
 *
 *     npm run bench -- memory [--sessions 10000]
 *
 * The server is a process of its own; its resident set is read before and after the sessions come, without and with a
 * collection. The clients live in other processes.
 */
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";

const BUDGET_BYTES = 8192;

const { values } = parseArgs({ options: { sessions: { type: "string", default: "10000" } } });
const sessions = Number(values.sessions);

const server = await Child.start("servers/tidewire.ts");
const readers = await Child.start("readers.ts");
try {
  const port = await server.ask<number>("port");
  // What a first few connections bring in, such as compiled code, is not theirs.
  await readers.ask("open", { port, count: 200, path: "/connect?channels=warm", greetings: 2 });
  const before = await server.ask<number>("rssBytes");
  await readers.ask("open", { port, count: sessions, path: "/connect?channels=news", greetings: 2 });
  const raw = await server.ask<number>("rssWithoutCollection");
  const after = await server.ask<number>("rssBytes");
  const perSession = (after - before) / sessions;
  console.log(
    `${sessions} sessions: ${((raw - before) / sessions).toFixed(0)} bytes each as they came, ${perSession.toFixed(0)} after a collection; budget ${BUDGET_BYTES}: ${perSession <= BUDGET_BYTES ? "met" : "MISSED"}`,
  );
} finally {
  await readers.stop();
  await server.stop();
}
