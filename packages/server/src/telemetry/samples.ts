import type { Hub } from "../core/hub.ts";
import type { Sessions } from "../core/sessions.ts";
import { Tally } from "../core/tally.ts";
import type { SampledName } from "./metric-table.ts";
import type { Survey } from "./survey.ts";

/** The totals of one transport since the start, and what is open now. */
interface TransportFigures {
  readonly name: "websocket" | "sse" | "poll";
  readonly size: number;
  readonly sentBytes: number;
}

/** Everything that is looked at when somebody asks for figures. */
export interface Sources {
  readonly version: string;
  readonly engine: string;
  readonly tally: Tally;
  readonly sessions: Pick<Sessions, "size" | "all">;
  readonly hub: Pick<Hub, "channelCount">;
  transports(): readonly TransportFigures[];
  /** What clients sent, in bytes since the start. */
  received(): { readonly websocket: number; readonly command: number };
  backendConnections(): number;
  readonly overload: { readonly level: number };
  isStoreAvailable(): boolean;
  /** null: nothing is kept on a disk. */
  freeDiskBytes(): number | null;
  hookStates(): readonly {
    readonly hook: string;
    readonly pending: number;
    readonly isSuspended: boolean;
  }[];
  webhooksWaiting(): number;
  /** How long the oldest event under way has waited; 0 when none is. */
  webhooksOldestMs(): number;
}

/** Before anything is there to look at. */
export const NOTHING: Sources = {
  version: "",
  engine: "",
  tally: new Tally(),
  sessions: { size: 0, all: () => [] },
  hub: { channelCount: 0 },
  transports: () => [],
  received: () => ({ websocket: 0, command: 0 }),
  backendConnections: () => 0,
  overload: { level: 0 },
  isStoreAvailable: () => true,
  freeDiskBytes: () => null,
  hookStates: () => [],
  webhooksWaiting: () => 0,
  webhooksOldestMs: () => 0,
};

/** A value with what its labels say. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Looks at everything once. The survey costs a walk over all sessions, so the caller decides how often there is a new one. */
export function takeSamples(sources: Sources, survey: Survey): Record<SampledName, readonly Sample[]> {
  const { version, engine, tally, sessions, hub } = sources;
  const transports = sources.transports();
  const hooks = sources.hookStates();
  const freeDiskBytes = sources.freeDiskBytes();
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  return {
    tidewire_build_info: [{ labels: { version, engine }, value: 1 }],
    tidewire_connections: transports.map(({ name, size }) => ({ labels: { transport: name }, value: size })),
    tidewire_backend_connections: alone(sources.backendConnections()),
    tidewire_overload_level: alone(sources.overload.level),
    tidewire_sessions: alone(sessions.size),
    tidewire_subscriptions: alone(tally.subscriptions),
    tidewire_channels: alone(hub.channelCount),
    tidewire_deliveries_total: alone(tally.deliveries),
    tidewire_messages_dropped_total: by("reason", {
      no_room: tally.dropped,
      replaced: tally.replaced,
      budget: tally.overBudget,
    }),
    tidewire_received_bytes_total: by("transport", sources.received()),
    tidewire_sent_bytes_total: transports.map(({ name, sentBytes }) => ({
      labels: { transport: name },
      value: sentBytes,
    })),
    tidewire_catching_up_subscriptions: alone(survey.catchingUp),
    tidewire_catch_up_pages_total: by("source", tally.pages),
    tidewire_gaps_total: by("reason", tally.gaps),
    tidewire_outboxes_waiting: alone(survey.waiting),
    tidewire_outboxes_full: alone(survey.full),
    tidewire_outbox_bytes: alone(survey.bytes),
    tidewire_outbox_largest_bytes: alone(survey.largestBytes),
    tidewire_store_available: alone(sources.isStoreAvailable() ? 1 : 0),
    tidewire_disk_free_bytes: freeDiskBytes === null ? [] : alone(freeDiskBytes),
    tidewire_hook_pending: hooks.map(({ hook, pending }) => ({ labels: { hook }, value: pending })),
    tidewire_hook_suspended: hooks.map(({ hook, isSuspended }) => ({
      labels: { hook },
      value: isSuspended ? 1 : 0,
    })),
    tidewire_webhook_events_waiting: alone(sources.webhooksWaiting()),
    tidewire_webhook_oldest_seconds: alone(sources.webhooksOldestMs() / 1000),
    process_start_time_seconds: alone(STARTED_AT_SECONDS),
    process_cpu_seconds_total: alone((user + system) / 1e6),
    process_resident_memory_bytes: alone(memory.rss),
    nodejs_heap_size_used_bytes: alone(memory.heapUsed),
    nodejs_external_memory_bytes: alone(memory.external),
  };
}

const STARTED_AT_SECONDS = performance.timeOrigin / 1000;

function alone(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}

function by(label: string, values: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}
