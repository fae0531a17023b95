import type { OpenLogger } from "./base/create-logger.ts";
import { monotonicClock } from "./base/system-clock.ts";
import type { TimerWheel } from "./base/timer-wheel.ts";
import { VERSION } from "./base/version.ts";
import type { Store, StoreStatus } from "./broker/store.ts";
import { configuredKeys } from "./auth/identify.ts";
import { accessModeOf, takesTokens } from "./config/access-mode.ts";
import { ConfigError, type LoadedConfig } from "./config/config.ts";
import type { ConfigChange, LiveConfig } from "./config/live-config.ts";
import type { Backend } from "./backend.ts";
import type { Domain } from "./domain.ts";
import type { ServerInfo } from "./http/http-ports.ts";
import { EventLoopWatch } from "./telemetry/event-loop.ts";
import type { Overload } from "./policy/overload.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { ClientTransport } from "./transport/client-transport.ts";

/** How often time-outs are looked at; so late they may be. */
export const TICK_MS = 100;
/** What need not be looked at every tick. */
const SLOW_TICKS = 10;
const SWEEP_TICKS = 600;

const MODE_IS_FIXED =
  "Whether clients must prove who they are, and whether by tokens, cannot change while the server runs. Start it again.";

/** What a server is, whatever it is reached through. */
export interface ServerParts {
  readonly config: LiveConfig;
  readonly domain: Domain;
  readonly backend: Backend;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly overload: Overload;
  readonly logger: OpenLogger;
  readonly wheel: TimerWheel;
}

/** What stands between the network and the server: a port of its own, or another program's HTTP server. */
export interface Front {
  readonly transports: readonly ClientTransport[];
  /** Closes what has been silent for too long. To be called now and then. */
  sweep(): void;
  /**
   * Lets nobody in any more and sends everybody away; resolves when all have gone.
   *
   * `retryAfterMs` says for each client how long it should wait before it comes back.
   */
  close(retryAfterMs: () => number): Promise<void>;
  /** Cuts off who has not gone. */
  cut(): void;
}

/** The life of a server: its ticks, its configuration, and its orderly end. */
export class ServerLife {
  readonly #parts: ServerParts;
  readonly #startedAtMs = monotonicClock.nowMs();
  #front: Front | null = null;
  #eventLoop: EventLoopWatch | null = null;
  #storeGoneAtMs = 0;
  #ticker: NodeJS.Timeout | null = null;
  #ticks = 0;
  #stopped: Promise<void> | null = null;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    parts.store.onStatus((status) => this.#storeChanged(status));
  }

  get isDraining(): boolean {
    return this.#stopped !== null;
  }

  /** The longest delay of the event loop in the last ten seconds. */
  get worstDelayMs(): number {
    return this.#eventLoop?.worstMs ?? 0;
  }

  info(): ServerInfo {
    const { config, domain } = this.#parts;
    return {
      version: VERSION,
      engine: config.values.engine,
      uptimeMs: Math.round(monotonicClock.nowMs() - this.#startedAtMs),
      connections: connectionsOf(this.#front),
      sessions: domain.sessions.size,
      channels: domain.hub.channelCount,
    };
  }

  /** Begins: from now on clients may come through the front. */
  start(front: Front): void {
    this.#front = front;
    this.#eventLoop = new EventLoopWatch(monotonicClock);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#parts.backend.start();
  }

  /** See `RunningServer.reload`. */
  reload(load: () => LoadedConfig): ConfigChange | null {
    const { config, logger } = this.#parts;
    try {
      const { values, warnings } = load();
      // Both are thrown before anything has changed.
      if (
        accessModeOf(values) !== accessModeOf(config.values) ||
        takesTokens(values) !== takesTokens(config.values)
      )
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

  /** Drains and ends; resolves when everything acknowledged is kept and every client has gone. */
  stop(): Promise<void> {
    if (this.#front !== null) this.#stopped ??= this.#stop(this.#front);
    return this.#stopped ?? Promise.resolve();
  }

  async #stop(front: Front): Promise<void> {
    const { config, backend, store, logger } = this.#parts;
    const connections = connectionsOf(front);
    logger.info({ event: "server.stopping", connections }, "stopping");
    const closed = front.close(spreadDelays(connections));
    let drained = true;
    const deadline = setTimeout(() => {
      drained = false;
      front.cut();
    }, config.values.drainMs);
    await closed;
    clearTimeout(deadline);
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#eventLoop?.stop();
    await backend.stop();
    await store.close();
    const uptimeMs = Math.round(monotonicClock.nowMs() - this.#startedAtMs);
    logger.info({ event: "server.stopped", uptimeMs, drained }, "stopped");
    await logger.close();
  }

  #tick(): void {
    const { wheel, domain, backend, metrics } = this.#parts;
    wheel.advance();
    domain.sessions.expire();
    if (!this.isDraining) backend.tick();
    this.#front?.sweep();
    this.#measure();
    this.#ticks += 1;
    if (this.#ticks % SWEEP_TICKS === 0) domain.exclusions.sweep();
    if (this.#ticks % SLOW_TICKS !== 0) return;
    domain.catchUp.retry();
    domain.hub.retry();
    domain.hub.trimRings();
    if (this.#eventLoop !== null) metrics.delayed(this.#eventLoop.roll());
  }

  /** Overload is decided on here, between two ticks: nothing is measured for each message. */
  #measure(): void {
    if (this.#eventLoop === null) return;
    const { overload, domain } = this.#parts;
    const delayMs = this.#eventLoop.lap();
    overload.sample({ nowMs: monotonicClock.nowMs(), delayMs, publishes: domain.publishing.underWay });
  }

  #storeChanged({ available, reason }: StoreStatus): void {
    const { logger, domain } = this.#parts;
    // A store that is closed says so, too: after a stop, or a start that failed.
    if (this.isDraining || this.#ticker === null) return;
    if (available) {
      const awayMs = Math.round(monotonicClock.nowMs() - this.#storeGoneAtMs);
      logger.info({ event: "store.available", awayMs }, "the store can be used again");
      domain.catchUp.retry();
      domain.hub.retry();
    } else {
      this.#storeGoneAtMs = monotonicClock.nowMs();
      logger.error({ event: "store.unavailable", err: reason }, "the store cannot be used");
    }
  }
}

function connectionsOf(front: Front | null): number {
  return front?.transports.reduce((sum, { size }) => sum + size, 0) ?? 0;
}

/** Clients are told to come back spread over some time, so that they do not all arrive in the same instant. */
function spreadDelays(connections: number): () => number {
  const spreadMs = Math.min(10_000, 500 + connections * 2);
  return () => Math.round(Math.random() * spreadMs);
}
