import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { readChannel, readHead } from "../chaos/api.ts";
import type { ChaosChannel } from "../chaos/channels.ts";
import { openHttpDoor } from "../chaos/doors/http-door.ts";
import { openRawTcpDoor } from "../chaos/doors/raw-tcp-door.ts";
import { doneWithin } from "../chaos/done-within.ts";
import type { Verdict } from "../chaos/findings.ts";
import { freePort } from "../chaos/free-port.ts";
import { Publisher, type PublisherPlan } from "../chaos/publisher.ts";
import type { Random } from "../support/random.ts";
import type { Heads } from "../chaos/subscriber.ts";
import { verify } from "../chaos/verify.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { ChaosClient } from "./chaos-client.ts";
import { heapInUse } from "./heap.ts";

/** How a run goes. */
export interface ClientsOptions {
  readonly clients: number;
  readonly durationMs: number;
  readonly random: Random;
  /** The longest time that a server serves before it is killed, or stopped in order. */
  readonly longestUpMs: number;
  /** Told of every restart, for whoever watches. */
  readonly tell: (line: string) => void;
}

/** What the clients went through, and how it ended. */
export interface ClientsOutcome {
  readonly verdict: Verdict;
  readonly faults: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly stops: number;
  /** Sockets that the clients opened, and connections that the proxies accepted. */
  readonly sockets: number;
  readonly connections: number;
  /** The most sockets that one client kept at the same time, as it sees it and as its proxy does. */
  readonly mostSockets: number;
  readonly mostConnections: number;
  /** After `close()`: listeners on pages, timers and sockets; and clients that something still holds. */
  readonly listenersLeft: number;
  readonly othersLeft: number;
  readonly clientsLeft: number;
  /** How much more of the heap is in use after everything than before. */
  readonly heapGrowthBytes: number;
}

const CHANNELS: readonly [ChaosChannel, ...ChaosChannel[]] = [
  { name: "disk.room.1", keeping: "disk" },
  { name: "disk.room.2", keeping: "disk" },
  { name: "disk.room.3", keeping: "disk" },
  { name: "disk.room.4", keeping: "disk" },
  { name: "process.room.1", keeping: "process" },
  { name: "process.room.2", keeping: "process" },
];

const NAMES: readonly [string, ...string[]] = [
  CHANNELS[0].name,
  ...CHANNELS.slice(1).map(({ name }) => name),
];

const HISTORY = { messages: 1_000_000, bytes: "4GB" };

const SETTINGS = {
  channels: [
    { match: "disk.**", history: { ...HISTORY, durable: "disk" } },
    { match: "process.**", history: { ...HISTORY, durable: "process" } },
  ],
  // A socket that is dead without a word is to be noticed several times in a run.
  sessions: { pingIntervalMs: "2s", stallTimeoutMs: "10s", graceMs: "2s" },
};

const BACKENDS: readonly PublisherPlan[] = [
  { ...backend("http"), open: openHttpDoor, window: 1 },
  { ...backend("raw-tcp"), open: openRawTcpDoor, window: 16 },
];

/** So long may everything take to come to the end, after the last fault. */
const PATIENCE_MS = 60_000;

/** Of those who are late, so many are named. */
const MOST_NAMED = 10;

/** So many of the servers are stopped in order; the others are killed. */
const STOPPED_IN_ORDER = 0.25;

/** Lets the clients live for a while, then asks for everything to have arrived, and for nothing to be left. */
export async function runClients(options: ClientsOptions): Promise<ClientsOutcome> {
  const port = await freePort(options.random);
  const server = await startServerProcess({ settings: SETTINGS, port, logLevel: "error" });
  try {
    const before = await heapInUse();
    const { traces, ...outcome } = await new ClientsRun(options, server).run();
    const heapGrowthBytes = (await heapInUse()) - before;
    const clientsLeft = traces.filter((trace) => trace.deref() !== undefined).length;
    return { ...outcome, clientsLeft, heapGrowthBytes };
  } finally {
    await server.stop();
  }
}

/** What a run leaves before the heap is looked at. */
interface Lived extends Omit<ClientsOutcome, "clientsLeft" | "heapGrowthBytes"> {
  readonly traces: readonly WeakRef<object>[];
}

class ClientsRun {
  readonly #options: ClientsOptions;
  readonly #server: ServerProcess;
  readonly #mishaps: string[] = [];
  #kills = 0;
  #stops = 0;

  constructor(options: ClientsOptions, server: ServerProcess) {
    this.#options = options;
    this.#server = server;
  }

  async run(): Promise<Lived> {
    const clients = await this.#startClients();
    const over = new AbortController();
    // Each client waits for it twice.
    setMaxListeners(0, over.signal);
    const { random } = this.#options;
    const backends = BACKENDS.map((plan) => new Publisher(plan, this.#server, random.fork()));
    try {
      return await this.#live(clients, backends, over);
    } finally {
      over.abort();
      for (const publisher of backends) publisher.stop();
      for (const client of clients) client.close();
    }
  }

  async #live(
    clients: readonly ChaosClient[],
    backends: readonly Publisher[],
    over: AbortController,
  ): Promise<Lived> {
    const publishing = backends.map((publisher) => publisher.run());
    const living = clients.map((client) => client.live(over.signal));
    await this.#disturbServer();
    over.abort();
    for (const publisher of backends) publisher.stop();
    await this.#patiently("the last fault to end", Promise.all(living));
    await this.#patiently(
      "every publish to be acknowledged",
      Promise.all([...publishing, ...clients.map((client) => client.settled())]),
      () =>
        [...backends, ...clients]
          .filter(({ unanswered }) => unanswered > 0)
          .map(({ name, unanswered }) => `${name} waits for ${unanswered} answers`),
    );
    const heads = await this.#heads();
    await this.#patiently(
      "every client to come to the end",
      Promise.all(clients.map((client) => client.reach(heads))),
      () => clients.map(({ name, subscriber }) => `${name} ${subscriber.whereItIs(heads)}`),
    );
    const channels = await Promise.all(CHANNELS.map((channel) => readChannel(this.#server, channel)));
    for (const client of clients) client.close();
    await this.#patiently("every socket to close", closed(clients));
    return {
      verdict: verify({
        channels,
        publishers: [...backends, ...clients],
        subscribers: clients.map(({ subscriber }) => subscriber),
        cursors: [],
        serverErrors: [...this.#mishaps, ...this.#server.log],
      }),
      faults: tallyOf(clients.flatMap(({ faults }) => faults)),
      kills: this.#kills,
      stops: this.#stops,
      sockets: sum(clients, ({ census }) => census.opened),
      connections: sum(clients, ({ proxy }) => proxy.accepted),
      mostSockets: Math.max(...clients.map(({ census }) => census.mostKept)),
      mostConnections: Math.max(...clients.map(({ proxy }) => proxy.mostOpen)),
      listenersLeft: sum(clients, ({ page }) => page.listeners),
      othersLeft: sum(clients, ({ census }) => census.left),
      traces: clients.map(({ trace }) => trace),
    };
  }

  async #startClients(): Promise<readonly ChaosClient[]> {
    const { clients: count, random } = this.#options;
    return Promise.all(
      Array.from({ length: count }, (_, index) => {
        const own = random.fork();
        const first = own.pick(NAMES);
        const channels: [string, ...string[]] = [
          first,
          ...NAMES.filter((name) => name !== first && own.chance(0.3)),
        ];
        return ChaosClient.start(`client-${index + 1}`, channels, this.#server.port, own);
      }),
    );
  }

  /** Ends the server and starts it again, until the time is over. */
  async #disturbServer(): Promise<void> {
    const { durationMs, longestUpMs, random, tell } = this.#options;
    const endsAtMs = performance.now() + durationMs;
    for (;;) {
      const upMs = random.integer(longestUpMs / 4, longestUpMs);
      const leftMs = endsAtMs - performance.now();
      if (upMs >= leftMs) return wait(Math.max(0, leftMs));
      await wait(upMs);
      if (random.chance(STOPPED_IN_ORDER)) {
        this.#stops += 1;
        const status = await this.#server.end();
        if (status !== 0) this.#mishaps.push(`an orderly stop ended with status ${status}`);
        tell("stopped in order");
      } else {
        this.#kills += 1;
        await this.#server.kill();
        tell("killed");
      }
      await this.#server.start();
    }
  }

  async #heads(): Promise<Heads> {
    return new Map(
      await Promise.all(NAMES.map(async (name) => [name, await readHead(this.#server, name)] as const)),
    );
  }

  /** What does not come to its end is left to the verifier, which says what is missing. */
  async #patiently(
    what: string,
    work: Promise<unknown>,
    stuck: () => readonly string[] = () => [],
  ): Promise<void> {
    if (await doneWithin(PATIENCE_MS, work)) return;
    this.#mishaps.push(
      `waited more than ${PATIENCE_MS} ms for ${what} ${stuck().slice(0, MOST_NAMED).join("; ")}`,
    );
  }
}

function backend(name: string): Omit<PublisherPlan, "open" | "window"> {
  return { name, channels: NAMES, parcelSize: 1, burst: 5, restMs: 1000, keepsOrder: true };
}

/** Resolves when no client has a socket or a timer any more. */
async function closed(clients: readonly ChaosClient[]): Promise<void> {
  while (clients.some(({ census }) => census.left > 0)) await wait(20);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function tallyOf(names: readonly string[]): ReadonlyMap<string, number> {
  const tally = new Map<string, number>();
  for (const name of names) tally.set(name, (tally.get(name) ?? 0) + 1);
  return tally;
}
