import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import { createLogger, type OpenLogger } from "./base/create-logger.ts";
import { randomId } from "./base/random-id.ts";
import { monotonicClock, systemClock } from "./base/system-clock.ts";
import { TimerWheel } from "./base/timer-wheel.ts";
import { createMemoryStore } from "./broker/memory/memory-store.ts";
import type { Store, StoreOptions } from "./broker/store.ts";
import { type AccessMode, accessModeOf, bindProblem } from "./config/access-mode.ts";
import { type Config, ConfigError, type LoadedConfig } from "./config/config.ts";
import { type Refusal, refuse } from "./core/refusal.ts";
import { composeDomain, type Domain, LateListener } from "./domain.ts";
import { AddressLimits } from "./policy/address-limits.ts";
import { type RequestFacts, refusalOf } from "./policy/open-mode.ts";
import { PortSniffer } from "./transport/port-sniffer.ts";
import { RawTcp } from "./transport/raw-tcp.ts";
import { WebSocketTransport } from "./transport/websocket-transport.ts";
import { routeUpgrades } from "./upgrades.ts";
import { LineApi } from "./wire/lines/line-api.ts";
import { NativeWire } from "./wire/native/native-wire.ts";

/** How often time-outs are looked at; so late they may be. */
const TICK_MS = 100;
/** One turn of the wheel holds the longest usual heartbeat. */
const WHEEL_SLOTS = 1024;
const SLOW_TICKS = 20;

/** A server that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** The key for the API, and the file it is kept in; null when it was configured. */
  readonly apiKey: { readonly key: string; readonly file: string | null };
  /** Drains and stops; resolves when everything acknowledged is kept and every socket is closed. */
  stop(): Promise<void>;
}

/** Listening was not possible. The message says why and what to do. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/**
 * Starts a server: opens the store, listens, and serves every door.
 *
 * Throws a ConfigError for a configuration that must not be used, and a StartError when something else is in the way.
 */
export async function startServer({ values: config }: LoadedConfig): Promise<RunningServer> {
  const problem = bindProblem(config);
  if (problem !== undefined) throw new ConfigError(problem);
  const logger = await createLogger(config.log);
  const listener = new LateListener();
  const store = await openStore(config, {
    clock: systemClock,
    randomId,
    listener: listener.listen,
    dedupeKeepMs: config.dedupe.keepMs,
    maxIdsPerChannel: config.dedupe.maxIds,
  });
  const mode = accessModeOf(config);
  const domain = composeDomain({ config, mode, store, logger });
  listener.connect((messages) => domain.hub.receive(messages));
  const server = new TidewireServer(config, mode, domain, store, logger);
  try {
    await server.listen();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function openStore(config: Config, options: StoreOptions): Promise<Store> {
  return createMemoryStore(options);
}

class TidewireServer implements RunningServer {
  readonly host: string;
  readonly apiKey = { key: "dev", file: null };
  readonly #config: Config;
  readonly #domain: Domain;
  readonly #store: Store;
  readonly #logger: OpenLogger;
  readonly #http: Server;
  readonly #sniffer: PortSniffer;
  readonly #rawTcp: RawTcp;
  readonly #transport: WebSocketTransport;
  readonly #wheel = new TimerWheel({ tickMs: TICK_MS, slots: WHEEL_SLOTS, clock: monotonicClock });
  #ticker: NodeJS.Timeout | null = null;
  #ticks = 0;
  #stopping: Promise<void> | null = null;

  constructor(config: Config, mode: AccessMode, domain: Domain, store: Store, logger: OpenLogger) {
    this.host = config.listen.host;
    this.#config = config;
    this.#domain = domain;
    this.#store = store;
    this.#logger = logger;
    this.#transport = this.#composeTransport();
    this.#rawTcp = new RawTcp(
      {
        lineBytes: config.limits.lineBytes,
        lineTimeoutMs: config.limits.handshakeTimeoutMs,
        remote: config.rawTcp.remote,
      },
      {
        lines: new LineApi({
          publishing: domain.publishing,
          kicking: domain.kicking,
          broadcast: domain.broadcast,
          isApiKey: (key) => key === this.apiKey.key || key === "bench",
          maxTargets: config.limits.batchMessages,
        }),
        turn: domain.turn,
        clock: monotonicClock,
        logger,
      },
    );
    this.#http = createServer((request, response) => this.#answer(request, response));
    this.#http.headersTimeout = config.limits.handshakeTimeoutMs;
    routeUpgrades(
      this.#http,
      this.#transport,
      (request) => this.#gate(mode, request),
      () => this.#stopping !== null,
      logger,
    );
    this.#sniffer = new PortSniffer(
      this.#http,
      (socket) => this.#rawTcp.accept(socket),
      new AddressLimits(config.limits.connectionsPerAddress),
      config.limits,
      monotonicClock,
      logger,
    );
  }

  get port(): number {
    const address = this.#http.address();
    return isAddressInfo(address) ? address.port : 0;
  }

  get url(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    return `http://${host}:${this.port}`;
  }

  async listen(): Promise<void> {
    const { host, port, backlog } = this.#config.listen;
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
      this.#http.listen({ host, port, backlog }, resolve);
    });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#logger.info({ event: "server.listening", url: this.url, engine: this.#config.engine }, "listening");
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#drain();
    return this.#stopping;
  }

  async #drain(): Promise<void> {
    this.#logger.info({ event: "server.stopping", connections: this.#transport.size }, "stopping");
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#sniffer.destroySilent();
    this.#transport.closeAll(CLOSE.shutdown, CLOSE_REASONS.shutdown, spreadDelays(this.#transport.size));
    this.#rawTcp.endAll();
    this.#http.closeIdleConnections();
    const deadline = setTimeout(() => this.#destroyAll(), this.#config.drainMs);
    await closed;
    clearTimeout(deadline);
    if (this.#ticker !== null) clearInterval(this.#ticker);
    await this.#store.close();
    this.#logger.info({ event: "server.stopped" }, "stopped");
    await this.#logger.close();
  }

  #destroyAll(): void {
    this.#transport.terminateAll();
    this.#rawTcp.destroyAll();
    this.#http.closeAllConnections();
  }

  #tick(): void {
    this.#wheel.advance();
    this.#domain.sessions.expire();
    this.#sniffer.sweep();
    this.#rawTcp.sweep();
    this.#ticks += 1;
    if (this.#ticks % SLOW_TICKS !== 0) return;
    this.#domain.catchUp.retry();
    this.#domain.hub.trimRings();
  }

  #composeTransport(): WebSocketTransport {
    const { sessions: times, limits, deflate } = this.#config;
    const { sessions, catchUp, turn } = this.#domain;
    const wire = new NativeWire({
      ...this.#domain,
      clock: monotonicClock,
      report: (err) => this.#logger.error({ event: "server.bug", err }, "a command failed inside"),
    });
    const { maxMessageBytes, outboxBytes } = limits;
    return new WebSocketTransport(
      { ...times, maxMessageBytes, outboxBytes, deflate },
      {
        wire,
        sessions,
        catchUp,
        turn,
        wheel: this.#wheel,
        clock: monotonicClock,
        logger: this.#logger,
        random: Math.random,
      },
    );
  }

  #gate(mode: AccessMode, request: IncomingMessage): Refusal | null {
    const { insecure, origins } = this.#config;
    const refusal = refusalOf(factsOf(request), { mode, insecure, origins });
    if (refusal === null) return null;
    this.#logger.warn({ event: "connection.refused", code: refusal.code }, refusal.hint);
    return refuse(refusal.code);
  }

  #answer(_request: IncomingMessage, response: ServerResponse): void {
    response.statusCode = 404;
    response.end();
  }
}

function factsOf({ headers, socket }: IncomingMessage): RequestFacts {
  const isForwarded = Object.keys(headers).some(
    (name) => name === "forwarded" || name.startsWith("x-forwarded-"),
  );
  return { host: headers.host, origin: headers.origin, isForwarded, remoteAddress: socket.remoteAddress };
}

/** Clients are told to come back spread over some time, so that they do not all arrive in the same instant. */
function spreadDelays(connections: number): () => number {
  const spreadMs = Math.min(10_000, 500 + connections * 2);
  return () => Math.round(Math.random() * spreadMs);
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return address !== null && typeof address === "object";
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): StartError {
  if (error.code === "EADDRINUSE") {
    return new StartError(
      `Port ${port} on ${host} is in use. Stop what listens there, or choose another with --port.`,
      {
        cause: error,
      },
    );
  }
  return new StartError(`Cannot listen on ${host}:${port}: ${error.message}.`, { cause: error });
}
