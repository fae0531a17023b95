/** What is told of one metric. */
export interface MetricFacts {
  readonly type: "counter" | "gauge" | "histogram";
  /** What is counted or measured. Where that is a unit of Prometheus, the name says it, too. */
  readonly unit: string;
  readonly help: string;
  /** Each label with all values that it may have, or with where these come from. None is named by clients or channels. */
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
  /** The upper bounds of a histogram. */
  readonly buckets?: readonly number[];
}

/** A commit of the local disk takes a millisecond or two, one of a busy or slow disk a hundred times as long. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** From one turn of the event loop to what every user notices. */
const DELIVERY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const STALL_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const HOOK_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 3, 10];

const TRANSPORTS = ["websocket", "sse", "poll"] as const;

const HOOKS = ["connect", "subscribe", "publish", "rpc"] as const;

/**
 * What is counted as it happens. docs/metrics.md lists this table and the next.
 *
 * People build alerts on these names, so they are added to, never renamed.
 */
export const COUNTED = {
  tidewire_publishes_total: {
    type: "counter",
    unit: "messages",
    help: "Publishes that were carried out, by the door they came through and whether they were a repeat.",
    labels: { door: ["http", "tcp", "client"], duplicate: ["false", "true"] },
  },
  tidewire_published_bytes_total: {
    type: "counter",
    unit: "bytes",
    help: "What the data of these publishes has in bytes of JSON.",
    labels: { door: ["http", "tcp", "client"] },
  },
  tidewire_delivery_seconds: {
    type: "histogram",
    unit: "seconds",
    help: "From a batch of publishes to the last write to its subscribers; one observation for each batch.",
    labels: {},
    buckets: DELIVERY_BUCKETS,
  },
  tidewire_store_commit_seconds: {
    type: "histogram",
    unit: "seconds",
    help: "How long commits of the store took, the flush to disk included; one observation for each commit.",
    labels: {},
    buckets: COMMIT_BUCKETS,
  },
  tidewire_store_commit_failures_total: {
    type: "counter",
    unit: "commits",
    help: "Commits that the disk did not take. What was in them was refused or taken back.",
    labels: {},
  },
  tidewire_event_loop_delay_seconds: {
    type: "histogram",
    unit: "seconds",
    help: "The longest delay of the event loop in each second; one observation for each second.",
    labels: {},
    buckets: STALL_BUCKETS,
  },
  tidewire_closes_total: {
    type: "counter",
    unit: "connections",
    help: "Connections of clients that ended, by close code; codes that a backend made up for a kick are `other`.",
    labels: { code: "the close codes of errors.md, those of RFC 6455, and `other`" },
  },
  tidewire_auth_failures_total: {
    type: "counter",
    unit: "attempts",
    help: "Clients and backends that could not prove who they are, by the error they were told.",
    labels: { who: ["client", "backend"], reason: "the error codes of errors.md" },
  },
  tidewire_kicks_total: {
    type: "counter",
    unit: "kicks",
    help: "Users and connections that the backend sent away, by kicks and by bans.",
    labels: {},
  },
  tidewire_bans_total: {
    type: "counter",
    unit: "bans",
    help: "Users that the backend banned.",
    labels: {},
  },
  tidewire_limits_hit_total: {
    type: "counter",
    unit: "hits",
    help: "How often each limit was exceeded.",
    labels: { limit: "the limits of limits.md" },
  },
  tidewire_overload_refusals_total: {
    type: "counter",
    unit: "refusals",
    help: "New connections and publishes that were refused, since there was too much to do.",
    labels: { work: ["connection", "publish"] },
  },
  tidewire_api_requests_total: {
    type: "counter",
    unit: "requests",
    help: "Requests over HTTP and lines over raw TCP that came with a key, by the key's name.",
    labels: { key: "the names of the configured API keys" },
  },
  tidewire_hook_calls_total: {
    type: "counter",
    unit: "calls",
    help: "Questions to the backend, by hook and by how they ended: answered, failed, or refused without asking.",
    labels: { hook: HOOKS, outcome: ["answered", "failed", "refused"] },
  },
  tidewire_hook_seconds: {
    type: "histogram",
    unit: "seconds",
    help: "How long the backend's answers took, waiting and retries included.",
    labels: { hook: HOOKS },
    buckets: HOOK_BUCKETS,
  },
  tidewire_webhook_events_total: {
    type: "counter",
    unit: "events",
    help: "Events for backends: delivered; not taken, and to be tried again; expired; or overflowed for want of room.",
    labels: { outcome: ["delivered", "failed", "expired", "overflowed"] },
  },
} as const satisfies Readonly<Record<string, MetricFacts>>;

/** What is looked at when somebody asks. Counters among these are running totals that are kept elsewhere. */
export const SAMPLED = {
  tidewire_build_info: {
    type: "gauge",
    unit: "–",
    help: "Always 1; the labels say what runs here.",
    labels: { version: "the version", engine: ["lmdb", "memory"] },
  },
  tidewire_connections: {
    type: "gauge",
    unit: "connections",
    help: "Clients that are connected. One that polls counts between its polls, too.",
    labels: { transport: TRANSPORTS },
  },
  tidewire_backend_connections: {
    type: "gauge",
    unit: "connections",
    help: "Backends that are connected over raw TCP.",
    labels: {},
  },
  tidewire_overload_level: {
    type: "gauge",
    unit: "–",
    help: "0 while nothing is refused; from 0.25 on all new connections are, near 1 nearly all publishes, too.",
    labels: {},
  },
  tidewire_sessions: {
    type: "gauge",
    unit: "sessions",
    help: "Sessions, with or without a transport.",
    labels: {},
  },
  tidewire_subscriptions: {
    type: "gauge",
    unit: "subscriptions",
    help: "Subscriptions in effect.",
    labels: {},
  },
  tidewire_channels: {
    type: "gauge",
    unit: "channels",
    help: "Channels that somebody on this node holds.",
    labels: {},
  },
  tidewire_deliveries_total: {
    type: "counter",
    unit: "messages",
    help: "Messages handed to subscribers, live or from a stream; one for each message and subscriber.",
    labels: {},
  },
  tidewire_messages_dropped_total: {
    type: "counter",
    unit: "messages",
    help: "Messages that a subscriber did not get: no room (without history), replaced by a newer value (`deliver: latest`), or above its budget (`deliver: budget`).",
    labels: { reason: ["no_room", "replaced", "budget"] },
  },
  tidewire_received_bytes_total: {
    type: "counter",
    unit: "bytes",
    help: "What clients sent: the bytes of their WebSockets, and the bodies of commands over HTTP.",
    labels: { transport: ["websocket", "command"] },
  },
  tidewire_sent_bytes_total: {
    type: "counter",
    unit: "bytes",
    help: "What was written to clients, before TLS: frames, events, and answers to polls.",
    labels: { transport: TRANSPORTS },
  },
  tidewire_catching_up_subscriptions: {
    type: "gauge",
    unit: "subscriptions",
    help: "Subscriptions that are behind and served from their streams.",
    labels: {},
  },
  tidewire_catch_up_pages_total: {
    type: "counter",
    unit: "pages",
    help: "Pages of streams handed to subscriptions that catch up, from the ring of recent messages or read from the store.",
    labels: { source: ["ring", "store"] },
  },
  tidewire_gaps_total: {
    type: "counter",
    unit: "gaps",
    help: "Gaps that subscribers were told of, since the stream did not hold what they missed.",
    labels: { reason: ["expired", "epoch", "purged", "limit"] },
  },
  tidewire_outboxes_waiting: {
    type: "gauge",
    unit: "outboxes",
    help: "Clients for which bytes wait.",
    labels: {},
  },
  tidewire_outboxes_full: {
    type: "gauge",
    unit: "outboxes",
    help: "Clients for which more waits than `limits.outboxBytes`.",
    labels: {},
  },
  tidewire_outbox_bytes: {
    type: "gauge",
    unit: "bytes",
    help: "What waits for all clients together.",
    labels: {},
  },
  tidewire_outbox_largest_bytes: {
    type: "gauge",
    unit: "bytes",
    help: "The most that waits for one client.",
    labels: {},
  },
  tidewire_store_available: {
    type: "gauge",
    unit: "–",
    help: "1 while the store takes messages, 0 while it does not.",
    labels: {},
  },
  tidewire_disk_free_bytes: {
    type: "gauge",
    unit: "bytes",
    help: "What is free on the disk of the data folder. Absent with the engine `memory`.",
    labels: {},
  },
  tidewire_hook_pending: {
    type: "gauge",
    unit: "calls",
    help: "Questions under way and waiting.",
    labels: { hook: HOOKS },
  },
  tidewire_hook_suspended: {
    type: "gauge",
    unit: "–",
    help: "1 while a hook is not asked, since it failed too often in a row.",
    labels: { hook: HOOKS },
  },
  tidewire_webhook_events_waiting: {
    type: "gauge",
    unit: "events",
    help: "Events that wait to be told.",
    labels: {},
  },
  tidewire_webhook_oldest_seconds: {
    type: "gauge",
    unit: "seconds",
    help: "How long the oldest event has waited that is being told; 0 while none is.",
    labels: {},
  },
  process_start_time_seconds: {
    type: "gauge",
    unit: "seconds",
    help: "When the process began, in seconds since 1970.",
    labels: {},
  },
  process_cpu_seconds_total: {
    type: "counter",
    unit: "seconds",
    help: "Time that the process has spent on the CPU, in the kernel too.",
    labels: {},
  },
  process_resident_memory_bytes: {
    type: "gauge",
    unit: "bytes",
    help: "Memory of the process that is in RAM. With `lmdb` the parts of its file in use count, too.",
    labels: {},
  },
  nodejs_heap_size_used_bytes: {
    type: "gauge",
    unit: "bytes",
    help: "What the JavaScript heap holds.",
    labels: {},
  },
  nodejs_external_memory_bytes: {
    type: "gauge",
    unit: "bytes",
    help: "Memory outside of the heap that belongs to objects in it, such as buffers.",
    labels: {},
  },
} as const satisfies Readonly<Record<string, MetricFacts>>;

/** Every metric, in the order of the documentation. */
export const METRICS: Readonly<Record<string, MetricFacts>> = { ...COUNTED, ...SAMPLED };

/** The name of a metric that is counted as it happens. */
export type CountedName = keyof typeof COUNTED;

/** The name of a metric that is looked at when somebody asks. */
export type SampledName = keyof typeof SAMPLED;
