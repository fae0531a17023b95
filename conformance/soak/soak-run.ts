import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../support/random.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { type Account, Auditor } from "./auditor.ts";
import { Backend, openWebhookListener } from "./backend.ts";
import { beRestless, type Restlessness } from "./restless-client.ts";
import { CHANNELS, soakSettings } from "./soak-settings.ts";
import { readMetrics, type Sample, Watch } from "./vital-signs.ts";

/** What a run is told. */
export interface SoakOrder {
  readonly durationMs: number;
  readonly restlessClients: number;
  readonly random: Random;
  /** The command line's program; the source if not given. */
  readonly program?: string;
  readonly tell: (line: string) => void;
}

/** What a run has seen. */
export interface SoakOutcome {
  /** At equal distances, from the beginning to the end. */
  readonly samples: readonly Sample[];
  readonly accounts: readonly Account[];
  /** Acknowledged publishes of the backend by channel. */
  readonly published: ReadonlyMap<string, number>;
  readonly lastPrices: ReadonlyMap<string, unknown>;
  readonly restlessness: Restlessness;
  readonly webhooks: number;
  readonly kicks: number;
  /** The server's own count of publishes, repeats left out. */
  readonly publishesCounted: number;
  /** Sessions and connections that the server has left when only the auditors are there. */
  readonly sessionsLeft: number;
  readonly connectionsLeft: number;
  /** Lines of the server's log from `error` on. */
  readonly errors: readonly string[];
}

const SAMPLES = 60;
/** Longer than sessions outlive their transport, and than the last webhooks take. */
const SETTLE_TIMEOUT_MS = 30_000;

/** Lets everything happen at once for so long, and looks at the server all the time. */
export async function runSoak(order: SoakOrder): Promise<SoakOutcome> {
  const { listener, url: webhookUrl } = await openWebhookListener();
  const server = await startServerProcess({
    settings: soakSettings(webhookUrl),
    ...(order.program !== undefined && { program: order.program }),
  });
  try {
    const users = Array.from({ length: order.restlessClients }, (_, index) => `restless-${index}`);
    const backend = await Backend.start(server, users, order.random.fork());
    backend.takeWebhooks(listener);
    return await goThrough(order, server, backend, users);
  } finally {
    await server.stop();
    listener.closeAllConnections();
    listener.close();
  }
}

async function goThrough(
  { durationMs, random, tell }: SoakOrder,
  server: ServerProcess,
  backend: Backend,
  users: readonly string[],
): Promise<SoakOutcome> {
  const auditors = await Promise.all([
    ...Object.entries(CHANNELS).map(([name, channel]) =>
      Auditor.start(server.url, `auditor-${name}`, channel),
    ),
    ...Object.entries(CHANNELS).map(([name, channel]) => Auditor.start(server.url, `slow-${name}`, channel)),
  ]);
  const slow = auditors.filter(({ name }) => name.startsWith("slow"));
  const restlessness: Restlessness = { lives: 0, published: 0 };
  const endMs = performance.now() + durationMs;
  const isOver = (): boolean => performance.now() >= endMs;
  const samples: Sample[] = [];
  const watcher = new Watch(server);
  const readings = slow.map((auditor) => auditor.readSlowly(1000, 3000));
  await Promise.all([
    backend.run(isOver),
    ...users.map((user) => beRestless(server.url, user, random.fork(), restlessness, isOver)),
    sampleUntil(isOver, durationMs / SAMPLES, async () => {
      samples.push(await watcher.look());
      if (samples.length % 10 === 0)
        tell(`${Math.round(((durationMs - endMs + performance.now()) / durationMs) * 100)} %`);
    }),
  ]);
  await backend.finish();
  await settle(() => auditors.every((auditor) => auditor.hasHeardTheLast(backend.lastPrices)));
  const left = await settledMetrics(server, auditors.length);
  for (const auditor of auditors) await auditor.stop();
  await Promise.all(readings);
  backend.close();
  return {
    samples,
    accounts: auditors,
    published: backend.published,
    lastPrices: backend.lastPrices,
    restlessness,
    webhooks: backend.webhooks,
    kicks: backend.kicks,
    publishesCounted: left.get("tidewire_publishes_total") ?? Number.NaN,
    sessionsLeft: left.get("tidewire_sessions") ?? Number.NaN,
    connectionsLeft: left.get("tidewire_connections") ?? Number.NaN,
    errors: server.log.filter((line) => line.includes('"level":"error"')),
  };
}

async function sampleUntil(
  isOver: () => boolean,
  everyMs: number,
  sample: () => Promise<void>,
): Promise<void> {
  while (!isOver()) {
    await sample();
    await wait(everyMs);
  }
}

/** The metrics once nobody but the auditors is left, or as they are when that does not come about. */
async function settledMetrics(server: ServerProcess, sessions: number): Promise<ReadonlyMap<string, number>> {
  let metrics = await readMetrics(server);
  await settle(async () => {
    metrics = await readMetrics(server);
    return metrics.get("tidewire_sessions") === sessions && metrics.get("tidewire_connections") === sessions;
  });
  return metrics;
}

/** Waits until something is so; gives up in time, so that the report can say what was not. */
async function settle(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
  while (!(await isSo()) && performance.now() < deadlineMs) await wait(100);
}
