import type { IncomingMessage } from "node:http";
import { Server as SecureServer } from "node:https";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { isLoopbackAddress } from "./base/address.ts";
import type { Logger } from "./base/logger.ts";
import { coversOrigin } from "./base/origin-pattern.ts";
import { monotonicClock } from "./base/system-clock.ts";
import type { TimerWheel } from "./base/timer-wheel.ts";
import type { Store } from "./broker/store.ts";
import type { AccessMode } from "./config/access-mode.ts";
import type { Config } from "./config/config.ts";
import type { LiveConfig } from "./config/live-config.ts";
import type { ApiCaller } from "./core/api-caller.ts";
import type { LimitHits } from "./core/limit-hits.ts";
import { type Refusal, refuse } from "./core/refusal.ts";
import type { Domain } from "./domain.ts";
import type { ServerInfo } from "./http/http-ports.ts";
import { buildHttp } from "./http/http-server.ts";
import { isForwarded } from "./http/this-machine.ts";
import { AddressLimits } from "./policy/address-limits.ts";
import { CallLimits } from "./policy/call-limits.ts";
import { type RequestFacts, refusalOf } from "./policy/open-mode.ts";
import { TrustedProxies } from "./policy/trusted-proxies.ts";
import type { Check } from "./telemetry/checks.ts";
import type { Metrics } from "./telemetry/metrics.ts";
import type { Tracer } from "./http/call-tracing.ts";
import { logFailedHandshakes } from "./transport/failed-handshakes.ts";
import { routeClients } from "./transport/client-doors.ts";
import type { SecurePair } from "./transport/certificate.ts";
import type { ClientTransport } from "./transport/client-transport.ts";
import { createHttpListener, rememberTls } from "./transport/http-listener.ts";
import { limitPipelines } from "./transport/pipelines.ts";
import { type AddressOf, ProxiedClients } from "./transport/proxied-clients.ts";
import { openTransports, type SessionTransports } from "./transport/session-transports.ts";
import { routeUpgrades } from "./transport/upgrades.ts";
import { NativeWire } from "./wire/native/native-wire.ts";

/** Where the built pages are, beside the compiled server as beside its source. */
const PUBLIC_DIR = fileURLToPath(new URL("../public", import.meta.url));

/** What the doors are put together from. */
export interface DoorsOptions {
  readonly config: LiveConfig;
  readonly mode: AccessMode;
  readonly domain: Domain;
  readonly store: Store;
  readonly wheel: TimerWheel;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly hits: LimitHits;
  /** Who has this key, compared in constant time; null when it is none. */
  readonly callerOf: (presented: string) => ApiCaller | null;
  readonly isDraining: () => boolean;
  readonly info: () => ServerInfo;
  /** Whether the server should get new clients, and whether it works at all. */
  readonly readiness: () => readonly Check[];
  readonly health: () => readonly Check[];
  /** null: nothing is traced. */
  readonly tracer: Tracer | null;
  /** With it every door speaks TLS. */
  readonly pair: SecurePair | null;
  /** Whether another program accepts the connections, at an address of its choice: then there are no pages, whose addresses are fixed. */
  readonly isEmbedded: boolean;
}

/** Every way into the server that begins with an HTTP request. Nothing listens yet. */
export interface Doors {
  /** Its server hears requests and upgrades, and need not listen for that: somebody else may emit them. */
  readonly http: FastifyInstance;
  /** Those of sessions. */
  readonly transports: readonly ClientTransport[];
  readonly addresses: AddressLimits;
  /** Counts a backend's call; why it must wait, or null. */
  readonly tooFast: CallLimits["refusalOf"];
}

/** Puts the doors together; resolves when the HTTP interface is ready to be listened on. */
export async function composeDoors(options: DoorsOptions): Promise<Doors> {
  const { domain, logger, hits, isDraining, pair } = options;
  const config = options.config.values;
  const proxies = new TrustedProxies(config.trustedProxies);
  const addressOf = addressFinder(config, proxies);
  const addresses = addressLimits(options.config, proxies, hits);
  const clients = new ProxiedClients(addresses, addressOf, options.isEmbedded);
  const gate = gateOf(options, addressOf);
  const calls = new CallLimits(config.limits.requestsPerKey, monotonicClock, hits);
  const tooFast = calls.refusalOf.bind(calls);
  const transports = composeTransports(options, clients, addressOf);
  const http = buildHttp({
    ...domain,
    createServer: (listener) => {
      const routed = routeClients(transports.doors, gate, isDraining, listener);
      const secured = rememberTls(config.tls.hstsMs, limitPipelines(routed, logger));
      const server = createHttpListener(config.limits, hits, pair, secured);
      if (server instanceof SecureServer) logFailedHandshakes(server, monotonicClock, logger);
      return server;
    },
    streams: options.store.streams,
    cursors: options.store.cursors,
    callerOf: options.callerOf,
    tooFast,
    gate,
    addressOf,
    info: options.info,
    corsOrigins: () => options.config.values.cors.origins,
    readiness: options.readiness,
    health: options.health,
    tracer: options.tracer,
    metricsAccess: config.metrics.access,
    isDraining,
    metrics: options.metrics,
    publicDir: PUBLIC_DIR,
    pages: !options.isEmbedded,
    demos: config.demos,
    logger,
    hits,
    limits: config.limits,
  });
  options.metrics.watch({
    transports: () => transports.all,
    received: () => ({
      websocket: transports.webSockets.receivedBytes,
      command: transports.commands.receivedBytes,
    }),
  });
  await http.ready();
  options.config.watch(({ limits }) => {
    calls.change(limits.requestsPerKey);
    addresses.changeHandshakes(limits.handshakesPerAddress);
    http.server.maxConnections = limits.maxConnections ?? Infinity;
  });
  routeUpgrades(http.server, transports.webSockets, {
    gate,
    clients,
    addressOf,
    isDraining,
    admission: domain.admission,
    logger,
  });
  return { http, transports: transports.all, addresses, tooFast };
}

/** Nobody but a trusted proxy is believed whom it speaks for. */
function addressFinder({ forwardedHeader }: Config, proxies: TrustedProxies): AddressOf {
  return ({ headers, socket }) => {
    const value = headers[forwardedHeader];
    // Of several such headers Node joins the values with commas, as they stand in order.
    return proxies.clientOf(
      socket.remoteAddress ?? "",
      forwardedHeader,
      Array.isArray(value) ? value.join() : value,
    );
  };
}

function addressLimits(config: LiveConfig, proxies: TrustedProxies, hits: LimitHits): AddressLimits {
  const { countLoopback, handshakesPerAddress } = config.values.limits;
  const isExempt = (address: string): boolean =>
    proxies.has(address) || (!countLoopback && isLoopbackAddress(address));
  const options = {
    get connectionsPerAddress() {
      return config.values.limits.connectionsPerAddress;
    },
    handshakesPerAddress,
    isExempt,
  };
  return new AddressLimits(options, monotonicClock, hits);
}

function composeTransports(
  options: DoorsOptions,
  clients: ProxiedClients,
  addressOf: AddressOf,
): SessionTransports {
  const { config, domain, wheel, metrics, logger, hits, isDraining } = options;
  const { sessions, limits, deflate } = config.values;
  const { maxMessageBytes, outboxBytes } = limits;
  const wire = new NativeWire({
    ...domain,
    report: (err) => logger.error({ event: "server.bug", err }, "a command failed inside"),
  });
  const clock = monotonicClock;
  const random = Math.random;
  return openTransports(
    {
      ...sessions,
      maxMessageBytes,
      outboxBytes,
      deflate,
      get bandwidthPerConnection() {
        return config.values.limits.bandwidthPerConnection;
      },
    },
    {
      ...domain,
      wire,
      wheel,
      clock,
      logger,
      hits,
      isDraining,
      clients,
      addressOf,
      random,
      onClosed: metrics.closed,
    },
  );
}

function gateOf(
  { config, mode, logger }: DoorsOptions,
  addressOf: AddressOf,
): (request: IncomingMessage) => Refusal | null {
  return (request) => {
    if (hasSeveralHosts(request)) return refuse("bad_request", "A request has one Host.");
    const { insecure, origins, cors } = config.values;
    const facts = factsOf(request);
    const refusal = refusalOf(facts, { mode, insecure, origins });
    if (refusal === null) return null;
    if (refusal.code === "origin_forbidden" && mayCallApi(request, cors.origins)) return null;
    const { host, origin } = facts;
    const about = { address: addressOf(request), host, origin, code: refusal.code, problem: refusal.hint };
    logger.warn({ event: "connection.refused", ...about }, "a request was refused");
    return refuse(refusal.code);
  };
}

/** A page may be welcome to the API and to nothing else. */
function mayCallApi({ url = "", headers: { origin } }: IncomingMessage, allowed: readonly string[]): boolean {
  return url.startsWith("/api/") && origin !== undefined && coversOrigin(allowed, origin);
}

/** RFC 9112 §3.2: Node takes the first one, and a proxy in front may have looked at another. */
function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === "host") hosts += 1;
  return hosts > 1;
}

function factsOf({ headers, socket }: IncomingMessage): RequestFacts {
  const { host, origin } = headers;
  return { host, origin, isForwarded: isForwarded(headers), remoteAddress: socket.remoteAddress };
}
