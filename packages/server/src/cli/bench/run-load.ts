import Type from "typebox";
import { ServerApi } from "../remote/server-api.ts";
import type { Terminal } from "../terminal.ts";
import type { BenchResult } from "./bench-result.ts";
import type { Load } from "./load.ts";
import { progressBar } from "./progress-bar.ts";
import { Publisher } from "./publisher.ts";
import { readServerUsage } from "./server-usage.ts";
import { Subscribers } from "./subscribers.ts";

/** Where a load goes, and what it needs for that. */
export interface LoadPorts {
  readonly url: string;
  readonly key: string;
  readonly token: string | undefined;
  /** Ends the load early; what was measured until then counts. */
  readonly stopped: Promise<unknown>;
  readonly terminal: Pick<Terminal, "progress" | "complain">;
  /** On a clock that never goes back. */
  readonly nowMs: () => number;
}

/** How long what was published last may take to arrive. */
const LAST_DELIVERIES_MS = 5000;
const LOOK_MS = 20;

const PURGED = Type.Object({ channel: Type.String() });

/** Puts a load on a server, and measures: connects, publishes, waits for the last deliveries, cleans up. */
export async function runLoad(load: Load, ports: LoadPorts): Promise<BenchResult> {
  const { url, key, token, stopped, terminal, nowMs } = ports;
  const api = new ServerApi(url, key);
  const subscribers = new Subscribers(url, token, nowMs);
  const publisher = new Publisher(api, load, nowMs);
  let isStopped = false;
  void stopped.then(() => {
    isStopped = true;
  });
  try {
    await subscribers.connect(load, () => {
      const { size } = subscribers;
      terminal.progress(progressBar("connecting", size / load.connections, `${size} of ${load.connections}`));
    });
    const before = await usageNow(ports);
    await publisher.run(stopped, (elapsedMs) => {
      const figure = `${publisher.published} published, ${subscribers.delivery.count} delivered`;
      terminal.progress(progressBar("publishing", elapsedMs / load.durationMs, figure));
    });
    const endMs = nowMs() + LAST_DELIVERIES_MS;
    while (subscribers.delivery.count < publisher.expected && nowMs() < endMs && !isStopped) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
    return resultOf(load, url, { subscribers, publisher, before, after: await usageNow(ports) });
  } finally {
    terminal.progress("");
    subscribers.close();
    await purge(api, load, terminal);
  }
}

interface Usage {
  readonly atMs: number;
  readonly generatorMs: number;
  readonly server: Awaited<ReturnType<typeof readServerUsage>>;
}

async function usageNow({ url, key, nowMs }: LoadPorts): Promise<Usage> {
  const server = await readServerUsage(url, key);
  const { user, system } = process.cpuUsage();
  return { atMs: nowMs(), generatorMs: (user + system) / 1000, server };
}

interface Measured {
  readonly subscribers: Subscribers;
  readonly publisher: Publisher;
  readonly before: Usage;
  readonly after: Usage;
}

function resultOf(load: Load, url: string, { subscribers, publisher, before, after }: Measured): BenchResult {
  const { connections, channels, rate, size, durationMs } = load;
  const wallMs = after.atMs - before.atMs;
  const delivered = subscribers.delivery.count;
  const serverSeconds =
    before.server === null || after.server === null
      ? null
      : after.server.cpuSeconds - before.server.cpuSeconds;
  return {
    url,
    connections,
    channels: channels.length,
    rate,
    size,
    durationMs,
    connect: subscribers.connecting.percentiles(),
    publish: publisher.acknowledging.percentiles(),
    delivery: subscribers.delivery.percentiles(),
    published: publisher.published,
    unsent: publisher.unsent,
    delivered,
    lost: Math.max(0, publisher.expected - delivered),
    deliveriesPerSecond: Math.round((delivered * 1000) / wallMs),
    errors: Object.fromEntries([...subscribers.errors, ...publisher.errors]),
    generatorCores: (after.generatorMs - before.generatorMs) / wallMs,
    serverCores: serverSeconds === null ? null : (serverSeconds * 1000) / wallMs,
    serverBytes: after.server?.residentBytes ?? null,
  };
}

/** What was published must not stay in the server's store. */
async function purge(api: ServerApi, { channels }: Load, terminal: LoadPorts["terminal"]): Promise<void> {
  try {
    for (const channel of channels) await api.call("DELETE", `/api/channels/${channel}/messages`, PURGED);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.complain(`tidewire: The messages of the load are still in bench.**. ${reason}`);
  }
}
