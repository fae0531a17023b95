import { join } from "node:path";
import { ApiKeys } from "./auth/api-key.ts";
import { identifyBy } from "./auth/identify.ts";
import { keptApiKey } from "./auth/key-file.ts";
import { createLogger, type OpenLogger } from "./base/create-logger.ts";
import { randomId } from "./base/random-id.ts";
import { monotonicClock, systemClock } from "./base/system-clock.ts";
import { TimerWheel } from "./base/timer-wheel.ts";
import { VERSION } from "./base/version.ts";
import { openLmdbStore } from "./broker/lmdb/lmdb-store.ts";
import { createMemoryStore } from "./broker/memory/memory-store.ts";
import type { Store, StoreOptions } from "./broker/store.ts";
import { type AccessMode, accessModeOf, takesTokens } from "./config/access-mode.ts";
import type { ApiKeySetting } from "./config/api-key-setting.ts";
import type { Config, LoadedConfig } from "./config/config.ts";
import { LIMITS } from "./config/limit-table.ts";
import { LiveConfig } from "./config/live-config.ts";
import { composeBackend } from "./backend.ts";
import type { Happenings } from "./core/happenings.ts";
import type { Identify, Identity } from "./core/identity.ts";
import type { Refusal } from "./core/refusal.ts";
import { composeDomain, LateListener } from "./domain.ts";
import type { DoorsOptions } from "./doors.ts";
import type { HookFunctions } from "./hooks/ask/hook-functions.ts";
import { ApiGrant } from "./policy/api-grant.ts";
import { Overload } from "./policy/overload.ts";
import { LimitReports } from "./policy/limit-reports.ts";
import { type CheckedState, healthOf, readinessOf } from "./telemetry/checks.ts";
import { freeBytesOf } from "./telemetry/free-bytes.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { OtelTracer } from "./telemetry/otel-tracer.ts";
import { ServerLife, type ServerParts, TICK_MS } from "./server-life.ts";

/** One turn of the wheel holds the longest usual heartbeat. */
const WHEEL_SLOTS = 1024;

/** The key for the API, and the file that holds it; null when the key was configured. */
export interface ApiKey {
  readonly key: string;
  readonly file: string | null;
}

/** What a program gives to the server that it embeds. */
export interface HostParts {
  readonly functions?: HookFunctions;
  readonly listeners?: Happenings;
  /** Takes what the server logs, in the place of its own log. */
  readonly logger?: OpenLogger;
}

/** A server that is complete but for what it is reached through. */
export interface OpenedServer extends ServerParts {
  readonly mode: AccessMode;
  readonly apiKey: ApiKey;
  readonly life: ServerLife;
  /** What its doors are put together from. */
  readonly forDoors: Omit<DoorsOptions, "pair" | "isEmbedded">;
}

/**
 * Opens the log and the store, puts a server together, and lets `begin` make it reachable.
 *
 * Rejects with what `begin` rejects with, and with what the store, the key file and the log folder say when they cannot be used. Nothing is
 * left open then.
 */
export async function openServer<Reachable>(
  { values: config, warnings }: LoadedConfig,
  host: HostParts,
  begin: (opened: OpenedServer) => Promise<Reachable>,
): Promise<Reachable> {
  const logger = host.logger ?? (await createLogger(config.log));
  try {
    for (const warning of warnings)
      logger.warn({ event: "server.config", problem: warning }, "check the configuration");
    const apiKey = await apiKeyOf(config);
    const listener = new LateListener();
    const metrics = new Metrics(monotonicClock);
    const store = await openStore(config, listener, metrics);
    try {
      return await begin(await compose({ values: config, host, apiKey, store, listener, metrics, logger }));
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await logger.close();
    throw error;
  }
}

async function apiKeyOf({ apiKeys, data }: Config): Promise<ApiKey> {
  const [configured] = apiKeys;
  return configured === undefined ? keptApiKey(data) : { key: configured.key, file: null };
}

async function openStore(config: Config, listener: LateListener, metrics: Metrics): Promise<Store> {
  const options: StoreOptions = {
    clock: systemClock,
    randomId,
    listener: listener.listen,
    dedupeKeepMs: config.dedupe.keepMs,
    maxIdsPerChannel: config.dedupe.maxIds,
    commits: { clock: monotonicClock, committed: metrics.committed },
  };
  return config.engine === "memory"
    ? createMemoryStore(options)
    : openLmdbStore({ ...options, path: join(config.data, "streams") });
}

interface Ingredients {
  readonly values: Config;
  readonly host: HostParts;
  readonly apiKey: ApiKey;
  readonly store: Store;
  readonly listener: LateListener;
  readonly metrics: Metrics;
  readonly logger: OpenLogger;
}

async function compose(ingredients: Ingredients): Promise<OpenedServer> {
  const { values, host, apiKey, store, listener, metrics, logger } = ingredients;
  const { functions = {}, listeners = null } = host;
  const config = new LiveConfig(values);
  const mode = functions.connect === undefined ? accessModeOf(values) : "authenticated";
  const wheel = new TimerWheel({ tickMs: TICK_MS, slots: WHEEL_SLOTS, clock: monotonicClock });
  const backend = composeBackend({
    config: values,
    functions,
    listeners,
    store,
    logger,
    observeHook: metrics.hookCalled,
    observeWebhook: metrics.webhookEvents,
  });
  const hits = new LimitReports({ clock: monotonicClock, logger, count: metrics.limitHit });
  const overload = new Overload(values.limits, {
    hits,
    refused: metrics.shed,
    began: (limit, { delayMs, publishes }) => {
      const { setting } = LIMITS[limit];
      const about = { setting, delayMs: Math.round(delayMs), publishes };
      logger.warn({ event: "overload.began", ...about }, "there is too much to do");
    },
    ended: (shed) => logger.info({ event: "overload.ended", ...shed }, "nothing is refused any more"),
  });
  const identifying = (now: Config): Identify =>
    identifyBy(now, { clock: systemClock, steadyClock: monotonicClock, logger });
  let byToken = identifying(values);
  const domain = composeDomain({
    config,
    mode,
    identify: counted(
      backend.identifying((claims) => byToken(claims), takesTokens(values)),
      metrics,
    ),
    hooks: backend.hooks,
    happenings: backend.happenings,
    store,
    verdicts: await store.control.load(),
    wheel,
    logger,
    hits,
    admission: overload,
    observe: metrics,
  });
  listener.connect((messages) => domain.hub.receive(messages));
  let keys = apiKeysOf(values, apiKey);
  config.watch((now) => {
    keys = apiKeysOf(now, apiKey);
    byToken = identifying(now);
    overload.change(now.limits);
  });
  const freeDiskBytes = (): number | null => (values.engine === "memory" ? null : freeBytesOf(values.data));
  metrics.watch({
    ...domain,
    ...backend,
    version: VERSION,
    engine: values.engine,
    overload,
    isStoreAvailable: () => store.status().available,
    freeDiskBytes,
  });
  const parts = { config, domain, backend, store, metrics, overload, logger, wheel };
  const life = new ServerLife(parts);
  const stateNow = (): CheckedState => ({
    isDraining: life.isDraining,
    store: store.status(),
    freeDiskBytes: freeDiskBytes(),
    worstDelayMs: life.worstDelayMs,
    isOverloaded: overload.level > 0,
  });
  const forDoors = {
    ...parts,
    mode,
    hits,
    tracer: values.tracing ? new OtelTracer() : null,
    callerOf: (presented: string) => {
      const caller = keys.holderOf(presented);
      if (caller === null) metrics.unproven("backend", "unauthorized");
      else metrics.called(caller.name);
      return caller;
    },
    isDraining: () => life.isDraining,
    info: () => life.info(),
    readiness: () => readinessOf(stateNow(), values.ready),
    health: () => healthOf(store.status()),
  };
  return { ...parts, mode, apiKey, life, forDoors };
}

/** Counts the clients that cannot prove who they are, whatever judges them. */
function counted(identify: Identify, { unproven }: Metrics): Identify {
  const count = (identity: Identity | Refusal): Identity | Refusal => {
    if ("code" in identity) unproven("client", identity.code);
    return identity;
  };
  return (claims) => {
    const identity = identify(claims);
    return identity instanceof Promise ? identity.then(count) : count(identity);
  };
}

/**
 * Who has which key. The one that the server made for itself may be used for everything.
 *
 * When a reload takes the last configured key away, none is left before the next start makes one.
 */
function apiKeysOf({ apiKeys }: Config, { key, file }: ApiKey): ApiKeys<ApiGrant> {
  const made: ApiKeySetting = { name: "generated", key, scopes: ["admin"], channels: null };
  const settings = apiKeys.length > 0 || file === null ? apiKeys : [made];
  return new ApiKeys(settings.map((setting) => ({ key: setting.key, holder: new ApiGrant(setting) })));
}
