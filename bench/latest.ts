/**
 * What serving the latest values costs the server, against delivering every one of the same updates.
 *
 *     npm run bench -- latest [--symbols 1000] [--subscribers 500] [--burst 10] [--rounds 3] [--seconds 2]
 *
 * Each symbol is updated 20 times a second, and each subscriber wants every symbol at most twice a second. To deliver all of these updates would be ten
 * million messages a second, which no machine like this does. So both get bursts of the same size, and `all` gets one in ten of them: it delivers as many messages
 * a second as `latest` then. What is compared is the CPU time of the server for each published update, in the middle of a steady feed. A third server has the feed and no
 * subscribers: what is left without its share is the cost of delivering.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Child } from "./support/child.ts";
import { median } from "./support/median.ts";

const UPDATES_PER_SECOND = 20;
const MAX_RATE = 2;
const BUDGET = 0.15;
const WARM_UP_MS = 1000;

const { values } = parseArgs({
  options: {
    symbols: { type: "string", default: "1000" },
    subscribers: { type: "string", default: "500" },
    burst: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "2" },
  },
});
const symbols = Number(values.symbols);
const subscribers = Number(values.subscribers);
const burst = Number(values.burst);
const measuredMs = Number(values.seconds) * 1000;
const BURST_EVERY_MS = (burst * 1000) / (symbols * UPDATES_PER_SECOND);

/** `all` and `latest` have the subscribers, `none` has none. */
type Kind = "all" | "latest" | "none";

const SETTINGS = {
  channels: [{ match: "latest", deliver: "latest", maxRate: MAX_RATE }],
  limits: { requestsPerKey: "off" },
};

interface Measured {
  /** Microseconds of the server's CPU for each published update. */
  readonly micros: number;
  readonly updatesPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Of one core. */
  readonly cpuPercent: number;
}

/** A server with a channel, its subscribers, and the backend that updates all symbols in turn. */
class Market {
  readonly #server: Child;
  readonly #readers: Child;
  readonly #publisher: Socket;
  readonly #kind: Kind;
  #updates = 0;
  #replies = 0;

  private constructor(server: Child, readers: Child, publisher: Socket, kind: Kind) {
    this.#server = server;
    this.#readers = readers;
    this.#publisher = publisher;
    this.#kind = kind;
    publisher.on("data", (chunk) => {
      for (const byte of chunk) if (byte === 10) this.#replies += 1;
    });
  }

  static async open(kind: Kind): Promise<Market> {
    const server = await Child.start("servers/tidewire.ts", ["memory", "./data", JSON.stringify(SETTINGS)]);
    const readers = await Child.start("readers.ts");
    const port = await server.ask<number>("port");
    const count = kind === "none" ? 0 : subscribers;
    await readers.ask("open", { port, count, path: `/connect?channels=${kind}`, greetings: 2 });
    const publisher = connect(port, "127.0.0.1");
    publisher.setNoDelay(true);
    return new Market(server, readers, publisher, kind);
  }

  /** Feeds the market for some time, and looks at the time after the first second. */
  async measure(): Promise<Measured> {
    const feeding = this.#feed();
    await wait(WARM_UP_MS);
    const before = await this.#look();
    await wait(measuredMs);
    const after = await this.#look();
    await feeding;
    const [updates, cpuMicros, frames, elapsedMs] = after.map((value, index) => value - (before[index] ?? 0));
    return {
      micros: (cpuMicros ?? 0) / (updates ?? 0),
      updatesPerSecond: ((updates ?? 0) * 1000) / (elapsedMs ?? 0),
      deliveriesPerSecond: ((frames ?? 0) * 1000) / (elapsedMs ?? 0),
      cpuPercent: (cpuMicros ?? 0) / (elapsedMs ?? 0) / 10,
    };
  }

  async stop(): Promise<void> {
    this.#publisher.destroy();
    await Promise.all([this.#readers.stop(), this.#server.stop()]);
  }

  async #look(): Promise<readonly number[]> {
    const frames = await this.#readers.ask<number>("frames");
    const cpuMicros = await this.#server.ask<number>("cpuMicros");
    return [this.#replies, cpuMicros, frames, performance.now()];
  }

  /** Publishes bursts at fixed times, late ones at once, and waits until the server has answered all of them. */
  async #feed(): Promise<void> {
    const everyMs = this.#kind === "all" ? BURST_EVERY_MS * (UPDATES_PER_SECOND / MAX_RATE) : BURST_EVERY_MS;
    const startMs = performance.now();
    for (let atMs = 0; atMs < WARM_UP_MS + measuredMs + 200; atMs += everyMs) {
      const waitMs = startMs + atMs - performance.now();
      if (waitMs > 0) await wait(waitMs);
      let lines = "";
      for (let index = 0; index < burst; index += 1) lines += this.#line();
      this.#publisher.write(lines);
    }
    while (this.#replies < this.#updates) await wait(10);
  }

  #line(): string {
    const messageKey = `S${this.#updates % symbols}`;
    this.#updates += 1;
    const data = { price: 100 + (this.#updates % 997) / 10, volume: this.#updates };
    const line = { from: "api", key: "bench", channel: this.#kind, messageKey, data };
    return `${JSON.stringify(line)}\n`;
  }
}

const KINDS = ["none", "all", "latest"] as const;
const markets = await Promise.all(KINDS.map((kind) => Market.open(kind)));
const ratios: { readonly whole: number; readonly delivering: number }[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const micros: number[] = [];
    for (const [index, market] of markets.entries()) {
      const measured = await market.measure();
      const { updatesPerSecond, deliveriesPerSecond, cpuPercent } = measured;
      micros.push(measured.micros);
      console.log(
        `${KINDS[index]}: ${measured.micros.toFixed(1)} µs per update; ${Math.round(updatesPerSecond)} updates/s, ` +
          `${Math.round(deliveriesPerSecond)} deliveries/s, ${cpuPercent.toFixed(0)} % of a core`,
      );
    }
    const [none = 0, all = 0, latest = 0] = micros;
    ratios.push({ whole: latest / all, delivering: (latest - none) / (all - none) });
  }
} finally {
  await Promise.all(markets.map((market) => market.stop()));
}
const delivering = median(ratios.map((ratio) => ratio.delivering));
const whole = median(ratios.map((ratio) => ratio.whole));
console.log(
  `${symbols} symbols × ${UPDATES_PER_SECOND}/s to ${subscribers} subscribers at ${MAX_RATE}/s, median of ${ratios.length}: ` +
    `the whole server ${whole.toFixed(3)} ×, delivering alone ${delivering.toFixed(3)} × of all; ` +
    `budget ${BUDGET}: ${whole <= BUDGET ? "met" : delivering <= BUDGET ? "met by delivering, MISSED by the whole server" : "MISSED"}`,
);
