/**
 * What 200 clients that stopped reading do to 200 that read: the p99 from publish to delivery, with and without them.
 *
 *     npm run bench -- slow-clients [--slices 10] [--seconds 2]
 *
 * Two equal servers with 200 readers each are measured in turns. Beside the readers of one there are 200 connections that nobody
 * reads; before the first turn they are owed more than their sockets hold.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

const BUDGET = 1.25;
const CLIENTS = 200;
const EVERY_MS = 10;
const PATH = "/connect?channels=news";
/** 7 MB in all; a loopback connection that nobody reads holds about 4 MB. */
const FLOOD_MESSAGES = 120;
const FLOOD_CHARACTERS = 60_000;

const { values } = parseArgs({
  options: { slices: { type: "string", default: "10" }, seconds: { type: "string", default: "2" } },
});

interface Latency {
  readonly medianMs: number;
  readonly p99Ms: number;
}

function lineOf(data: object): string {
  return `${JSON.stringify({ from: "api", key: "bench", channel: "news", data })}\n`;
}

/** A server with readers, and perhaps with clients that do not read. */
class Contender {
  readonly #server: Child;
  readonly #readers: Child;
  readonly #stalled: Child | null;
  readonly #publisher: Socket;

  private constructor(server: Child, readers: Child, stalled: Child | null, publisher: Socket) {
    this.#server = server;
    this.#readers = readers;
    this.#stalled = stalled;
    this.#publisher = publisher;
  }

  static async start(isSlow: boolean): Promise<Contender> {
    const server = await Child.start("servers/tidewire.ts");
    const port = await server.ask<number>("port");
    const readers = await Child.start("latency-readers.ts");
    await readers.ask("open", { port, count: CLIENTS, path: PATH, reads: true });
    const stalled = isSlow ? await Child.start("latency-readers.ts") : null;
    await stalled?.ask("open", { port, count: CLIENTS, path: PATH, reads: false });
    const publisher = connect(port, "127.0.0.1");
    publisher.setNoDelay(true);
    publisher.resume();
    const contender = new Contender(server, readers, stalled, publisher);
    await contender.slice(1);
    await contender.#flood();
    return contender;
  }

  /** Publishes at a steady rate and gives how long the readers waited. */
  async slice(seconds: number): Promise<Latency> {
    const count = Math.round((seconds * 1000) / EVERY_MS);
    const startMs = performance.now();
    for (let index = 0; index < count; index += 1) {
      const waitMs = startMs + index * EVERY_MS - performance.now();
      if (waitMs > 0) await pause(waitMs);
      this.#publisher.write(lineOf({ sentAtNs: String(process.hrtime.bigint()), text: "x".repeat(60) }));
    }
    while ((await this.#readers.ask<number>("received")) < count * CLIENTS) await pause(20);
    return this.#readers.ask<Latency>("take");
  }

  async rssBytes(): Promise<number> {
    return this.#server.ask<number>("rssBytes");
  }

  async stop(): Promise<void> {
    this.#publisher.destroy();
    await Promise.all([this.#readers.stop(), this.#stalled?.stop(), this.#server.stop()]);
  }

  async #flood(): Promise<void> {
    const line = lineOf({ text: "x".repeat(FLOOD_CHARACTERS) });
    for (let index = 0; index < FLOOD_MESSAGES; index += 1) {
      if (!this.#publisher.write(line)) await once(this.#publisher, "drain");
      await pause(5);
    }
    // Whoever reads has all of it once a message behind it has come.
    await this.slice(EVERY_MS / 1000);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

const alone = await Contender.start(false);
const beside = await Contender.start(true);
const pairs: { readonly alone: Latency; readonly beside: Latency }[] = [];
try {
  // The first slices are for the compiler.
  await alone.slice(2);
  await beside.slice(2);
  for (let slice = 0; slice < Number(values.slices); slice += 1) {
    pairs.push({
      alone: await alone.slice(Number(values.seconds)),
      beside: await beside.slice(Number(values.seconds)),
    });
  }
  const megabytes = async (contender: Contender): Promise<string> =>
    `${((await contender.rssBytes()) / 1e6).toFixed(0)} MB`;
  console.log(
    `resident set: alone ${await megabytes(alone)}, beside stalled clients ${await megabytes(beside)}`,
  );
} finally {
  await Promise.all([alone.stop(), beside.stop()]);
}
const middle = (of: (pair: (typeof pairs)[number]) => number): string => median(pairs.map(of)).toFixed(2);
console.log(
  `median: alone ${middle((pair) => pair.alone.medianMs)} ms, beside stalled clients ${middle((pair) => pair.beside.medianMs)} ms`,
);
console.log(
  `p99: alone ${middle((pair) => pair.alone.p99Ms)} ms, beside stalled clients ${middle((pair) => pair.beside.p99Ms)} ms`,
);
const ratio = median(pairs.map((pair) => pair.beside.p99Ms / pair.alone.p99Ms));
console.log(
  `median of ${pairs.length} p99 ratios ${ratio.toFixed(2)}, budget ${BUDGET}: ${ratio <= BUDGET ? "met" : "MISSED"}`,
);
