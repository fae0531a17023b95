import { once } from "node:events";
import { Server as SecureServer } from "node:https";
import { join } from "node:path";
import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import { ApiKeys } from "./auth/api-key.ts";
import { configuredKeys, identifyBy } from "./auth/identify.ts";
import { keptApiKey } from "./auth/key-file.ts";
import { createLogger, type OpenLogger } from "./base/create-logger.ts";
import { randomId } from "./base/random-id.ts";
import { monotonicClock, systemClock } from "./base/system-clock.ts";
import { TimerWheel } from "./base/timer-wheel.ts";
import { VERSION } from "./base/version.ts";
import { openLmdbStore } from "./broker/lmdb/lmdb-store.ts";
import { createMemoryStore } from "./broker/memory/memory-store.ts";
import type { Store, StoreOptions, StoreStatus } from "./broker/store.ts";
import { type AccessMode, accessModeOf, bindProblem, takesTokens } from "./config/access-mode.ts";
import type { ApiKeySetting } from "./config/api-key-setting.ts";
import { type Config, ConfigError, type LoadedConfig } from "./config/config.ts";
import { type ConfigChange, LiveConfig } from "./config/live-config.ts";
import { type Backend, composeBackend } from "./backend.ts";
import type { Identify } from "./core/identity.ts";
import { composeDomain, type Domain, LateListener } from "./domain.ts";
import { composeDoors, type Doors } from "./doors.ts";
import type { ServerInfo } from "./http/http-ports.ts";
import { Metrics } from "./http/metrics.ts";
import { ApiGrant } from "./policy/api-grant.ts";
import { LimitReports } from "./policy/limit-reports.ts";
import { Certificate } from "./transport/certificate.ts";
import { secureOptions } from "./transport/http-listener.ts";
import { listenOn } from "./transport/listen-on.ts";

export { StartError } from "./transport/listen-on.ts";

/** How often time-outs are looked at; so late they may be. */
const TICK_MS = 100;
/** One turn of the wheel holds the longest usual heartbeat. */
const WHEEL_SLOTS = 1024;
/** What need not be looked at every tick. */
const SLOW_TICKS = 10;
const SWEEP_TICKS = 600;

const MODE_IS_FIXED =
  "Whether clients must prove who they are, and whether by tokens, cannot change while the server runs. Start it again.";

/** A server that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** The port that sends plain HTTP to TLS; null when there is none. */
  readonly redirectPort: number | null;
  /** The key for the API, and the file that holds it; null when the key was configured. */
  readonly apiKey: { readonly key: string; readonly file: string | null };
  /**
   * Takes over what a new configuration changes and a running server can change; no connection is dropped. The log says what was changed,
   * and what waits for a restart.
   *
   * When `load` throws a ConfigError nothing changes, the log says why, and null is returned.
   */
  reload(load: () => LoadedConfig): ConfigChange | null;
  /** Drains and stops; resolves when everything acknowledged is kept and every socket is closed. */
  stop(): Promise<void>;
}

/**
 * Starts a server: opens the store, listens, and serves every door.
 *
 * Rejects with a ConfigError for a configuration that must not be used, with a StartError when it cannot listen, and with
 * what the store, the key file and the log folder say when they cannot be used. Nothing is left open then.
 */
export async function startServer({ values: config, warnings }: LoadedConfig): Promise<RunningServer> {
  const problem = bindProblem(config);
  if (problem !== undefined) throw new ConfigError(problem);
  const logger = await createLogger(config.log);
  try {
    for (const warning of warnings)
      logger.warn({ event: "server.config", problem: warning }, "check the configuration");
    const apiKey = await apiKeyOf(config);
    const listener = new LateListener();
    const store = await openStore(config, listener);
    try {
      return await compose(config, apiKey, store, listener, logger);
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await logger.close();
    throw error;
  }
}

async function apiKeyOf({ apiKeys, data }: Config): Promise<RunningServer["apiKey"]> {
  const [configured] = apiKeys;
  return configured === undefined ? keptApiKey(data) : { key: configured.key, file: null };
}

async function openStore(config: Config, listener: LateListener): Promise<Store> {
  const options: StoreOptions = {
    clock: systemClock,
    randomId,
    listener: listener.listen,
    dedupeKeepMs: config.dedupe.keepMs,
    maxIdsPerChannel: config.dedupe.maxIds,
  };
  return config.engine === "memory"
    ? createMemoryStore(options)
    : openLmdbStore({ ...options, path: join(config.data, "streams") });
}

async function compose(
  values: Config,
  apiKey: RunningServer["apiKey"],
  store: Store,
  listener: LateListener,
  logger: OpenLogger,
): Promise<RunningServer> {
  const config = new LiveConfig(values);
  const mode = accessModeOf(values);
  const metrics = new Metrics();
  const wheel = new TimerWheel({ tickMs: TICK_MS, slots: WHEEL_SLOTS, clock: monotonicClock });
  const backend = composeBackend({
    config: values,
    store,
    logger,
    observeHook: metrics.hookCalled,
    observeWebhook: metrics.webhookEvents,
  });
  metrics.watch(backend);
  const hits = new LimitReports({ clock: monotonicClock, logger, count: metrics.limitHit });
  const identifying = (now: Config): Identify =>
    identifyBy(now, { clock: systemClock, steadyClock: monotonicClock, logger });
  let byToken = identifying(values);
  const domain = composeDomain({
    config,
    mode,
    identify: backend.identifying((claims) => byToken(claims), takesTokens(values)),
    hooks: backend.hooks,
    happenings: backend.happenings,
    store,
    verdicts: await store.control.load(),
    wheel,
    logger,
    hits,
    onPublished: metrics.published,
  });
  listener.connect((messages) => domain.hub.receive(messages));
  let keys = apiKeysOf(values, apiKey);
  config.watch((now) => {
    keys = apiKeysOf(now, apiKey);
    byToken = identifying(now);
  });
  const certificate = certificateOf(values, logger);
  const parts = { config, mode, apiKey, domain, backend, store, logger, wheel, certificate };
  const server = new TidewireServer(parts);
  const doors = await composeDoors({
    config,
    mode,
    domain,
    store,
    wheel,
    metrics,
    logger,
    hits,
    callerOf: (presented) => {
      const caller = keys.holderOf(presented);
      if (caller !== null) metrics.called(caller.name);
      return caller;
    },
    isDraining: () => server.isDraining,
    info: () => server.info(),
    pair: certificate?.pair ?? null,
  });
  await server.listen(doors);
  return server;
}

/**
 * Who has which key. The one that the server made for itself may be used for everything.
 *
 * When a reload takes the last configured key away, none is left before the next start makes one.
 */
function apiKeysOf({ apiKeys }: Config, { key, file }: RunningServer["apiKey"]): ApiKeys<ApiGrant> {
  const made: ApiKeySetting = { name: "generated", key, scopes: ["admin"], channels: null };
  const settings = apiKeys.length > 0 || file === null ? apiKeys : [made];
  return new ApiKeys(settings.map((setting) => ({ key: setting.key, holder: new ApiGrant(setting) })));
}

function certificateOf({ tls: { cert, key } }: Config, logger: OpenLogger): Certificate | null {
  if (cert === null || key === null) return null;
  return new Certificate({ cert, key }, logger, () => systemClock.nowMs());
}

interface Parts {
  readonly config: LiveConfig;
  readonly mode: AccessMode;
  readonly apiKey: RunningServer["apiKey"];
  readonly domain: Domain;
  readonly backend: Backend;
  readonly store: Store;
  readonly logger: OpenLogger;
  readonly wheel: TimerWheel;
  /** null: no TLS. */
  readonly certificate: Certificate | null;
}

/** The life of a server: listening, its ticks, and its orderly end. */
class TidewireServer implements RunningServer {
  readonly host: string;
  readonly apiKey: RunningServer["apiKey"];
  readonly #parts: Parts;
  readonly #startedAtMs = monotonicClock.nowMs();
  #doors: Doors | null = null;
  #port = 0;
  #storeGoneAtMs = 0;
  #redirectPort: number | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #certificateTimer: NodeJS.Timeout | null = null;
  #ticks = 0;
  #stopped: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.host = parts.config.values.listen.host;
    this.apiKey = parts.apiKey;
    parts.store.onStatus((status) => this.#storeChanged(status));
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    const scheme = this.#parts.certificate === null ? "http" : "https";
    return `${scheme}://${host}:${this.#port}`;
  }

  get redirectPort(): number | null {
    return this.#redirectPort;
  }

  get isDraining(): boolean {
    return this.#stopped !== null;
  }

  info(): ServerInfo {
    const { config, domain } = this.#parts;
    return {
      version: VERSION,
      engine: config.values.engine,
      uptimeMs: Math.round(monotonicClock.nowMs() - this.#startedAtMs),
      connections: connectionsOf(this.#doors),
      sessions: domain.sessions.size,
      channels: domain.hub.channelCount,
    };
  }

  async listen(doors: Doors): Promise<void> {
    const { config, mode, logger } = this.#parts;
    this.#doors = doors;
    const { listen, tls, engine, insecure } = config.values;
    this.#port = await listenOn(doors.http.server, listen);
    if (doors.plain !== null && tls.redirectPort !== null) {
      this.#redirectPort = await listenOn(doors.plain, { ...listen, port: tls.redirectPort }).catch(
        (error: unknown) => {
          doors.http.server.close();
          throw error;
        },
      );
    }
    this.#watchCertificate();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#parts.backend.start();
    const about = { url: this.url, engine, mode, pid: process.pid, version: VERSION };
    logger.info({ event: "server.listening", ...about }, "listening");
    if (mode !== "open") return;
    logger.warn(
      { event: "server.open_mode", insecure },
      "everybody who reaches this server may read and write",
    );
  }

  reload(load: () => LoadedConfig): ConfigChange | null {
    const { config, mode, logger } = this.#parts;
    this.#renewCertificate();
    try {
      const { values, warnings } = load();
      // Both are thrown before anything has changed.
      if (accessModeOf(values) !== mode || takesTokens(values) !== takesTokens(config.values))
        throw new ConfigError(MODE_IS_FIXED);
      configuredKeys(values.auth);
      for (const problem of warnings)
        logger.warn({ event: "server.config", problem }, "check the configuration");
      const { changed, afterRestart } = config.replace(values);
      logger.info({ event: "config.reloaded", changed, afterRestart }, "the configuration was read again");
      return { changed, afterRestart };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      logger.error({ event: "config.refused", problem: error.message }, "the configuration stays as it was");
      return null;
    }
  }

  /** New connections get the new certificate; those that are open go on with theirs. */
  #renewCertificate(): void {
    const { server } = this.#doors?.http ?? {};
    const pair = this.#parts.certificate?.check() ?? null;
    if (pair !== null && server instanceof SecureServer) server.setSecureContext(secureOptions(pair));
  }

  #watchCertificate(): void {
    const { certificate, config } = this.#parts;
    if (certificate === null) return;
    this.#certificateTimer = setInterval(() => this.#renewCertificate(), config.values.tls.checkMs).unref();
  }

  stop(): Promise<void> {
    if (this.#doors !== null) this.#stopped ??= this.#stop(this.#doors);
    return this.#stopped ?? Promise.resolve();
  }

  async #stop(doors: Doors): Promise<void> {
    const { config, backend, store, logger } = this.#parts;
    const { transports, rawTcp, sniffer, http, plain } = doors;
    const connections = connectionsOf(doors);
    logger.info({ event: "server.stopping", connections }, "stopping");
    const closed = once(http.server, "close");
    http.server.close();
    if (plain?.listening === true) plain.close();
    plain?.closeAllConnections();
    if (this.#certificateTimer !== null) clearInterval(this.#certificateTimer);
    sniffer.destroySilent();
    const retryAfterMs = spreadDelays(connections);
    for (const one of transports) one.closeAll(CLOSE.shutdown, CLOSE_REASONS.shutdown, retryAfterMs);
    rawTcp.endAll();
    http.server.closeIdleConnections();
    let drained = true;
    const deadline = setTimeout(() => {
      drained = false;
      for (const one of transports) one.terminateAll();
      rawTcp.destroyAll();
      http.server.closeAllConnections();
    }, config.values.drainMs);
    await closed;
    clearTimeout(deadline);
    if (this.#ticker !== null) clearInterval(this.#ticker);
    await http.close();
    await backend.stop();
    await store.close();
    const uptimeMs = Math.round(monotonicClock.nowMs() - this.#startedAtMs);
    logger.info({ event: "server.stopped", uptimeMs, drained }, "stopped");
    await logger.close();
  }

  #tick(): void {
    const { wheel, domain, backend } = this.#parts;
    wheel.advance();
    domain.sessions.expire();
    if (!this.isDraining) backend.tick();
    this.#doors?.sniffer.sweep();
    this.#doors?.rawTcp.sweep();
    this.#ticks += 1;
    if (this.#ticks % SWEEP_TICKS === 0) domain.exclusions.sweep();
    if (this.#ticks % SLOW_TICKS !== 0) return;
    domain.catchUp.retry();
    domain.hub.trimRings();
  }

  #storeChanged({ available, reason }: StoreStatus): void {
    const { logger, domain } = this.#parts;
    // A store that is closed says so, too: after a stop, or a start that failed.
    if (this.isDraining || this.#ticker === null) return;
    if (available) {
      const awayMs = Math.round(monotonicClock.nowMs() - this.#storeGoneAtMs);
      logger.info({ event: "store.available", awayMs }, "the store can be used again");
      domain.catchUp.retry();
    } else {
      this.#storeGoneAtMs = monotonicClock.nowMs();
      logger.error({ event: "store.unavailable", err: reason }, "the store cannot be used");
    }
  }
}

function connectionsOf(doors: Doors | null): number {
  return doors?.transports.reduce((sum, { size }) => sum + size, 0) ?? 0;
}

/** Clients are told to come back spread over some time, so that they do not all arrive in the same instant. */
function spreadDelays(connections: number): () => number {
  const spreadMs = Math.min(10_000, 500 + connections * 2);
  return () => Math.round(Math.random() * spreadMs);
}
