import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { believe } from "../../src/auth/believe.ts";
import { randomId } from "../../src/base/random-id.ts";
import { monotonicClock, systemClock } from "../../src/base/system-clock.ts";
import { TimerWheel } from "../../src/base/timer-wheel.ts";
import { createMemoryStore } from "../../src/broker/memory/memory-store.ts";
import type { Store, StoreStatus } from "../../src/broker/store.ts";
import type { Config } from "../../src/config/config.ts";
import { LiveConfig } from "../../src/config/live-config.ts";
import { composeDomain, type Domain, LateListener } from "../../src/domain.ts";
import { UNCOUNTED } from "../../src/core/limit-hits.ts";
import type { HttpPorts } from "../../src/http/http-ports.ts";
import { buildHttp } from "../../src/http/http-server.ts";
import { ApiGrant } from "../../src/policy/api-grant.ts";
import { healthOf, readinessOf } from "../../src/telemetry/checks.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { ApiClient } from "./api-client.ts";
import { configOf } from "./config.ts";
import { RecordingLogger } from "./recording-logger.ts";

/** The key that the test servers accept. */
export const API_KEY = "test-key";

/** Whose key that is, which may be used for everything. */
export const ADMIN = new ApiGrant({ name: "test", scopes: ["admin"], channels: null });

/** What a test wants different from a fresh server with the memory engine. */
export interface TestServerOptions {
  readonly channels?: Config["channels"];
  readonly limits?: Partial<Config["limits"]>;
  readonly ports?: Partial<HttpPorts>;
}

/** The HTTP interface over the real use-cases and the memory engine, listening on a port of its own. */
export interface TestServer {
  readonly api: ApiClient;
  readonly origin: string;
  readonly port: number;
  readonly domain: Domain;
  readonly store: Store;
  readonly logger: RecordingLogger;
  /** What the store says of itself, whether the server stops, and how late it is; a test may change all of it. */
  readonly state: { storeStatus: StoreStatus; draining: boolean; worstDelayMs: number };
}

/** Starts such a server; the test's end stops it. */
export async function startHttp(context: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const base = configOf({ engine: "memory" });
  const config: Config = {
    ...base,
    channels: options.channels ?? [],
    limits: { ...base.limits, ...options.limits },
  };
  const logger = new RecordingLogger();
  const listener = new LateListener();
  const store = createMemoryStore({ clock: systemClock, randomId, listener: listener.listen });
  const metrics = new Metrics(monotonicClock);
  const domain = composeDomain({
    config: new LiveConfig(config),
    mode: "open",
    identify: believe,
    store,
    verdicts: [],
    wheel: new TimerWheel({ tickMs: 100, slots: 64, clock: monotonicClock }),
    logger,
    observe: metrics,
  });
  listener.connect((messages) => domain.hub.receive(messages));
  const state: TestServer["state"] = { storeStatus: { available: true }, draining: false, worstDelayMs: 0 };
  metrics.watch({ ...domain, version: "1.2.3", engine: "memory" });
  const app = buildHttp({
    ...domain,
    ...store,
    createServer: (answer) => createServer(answer),
    callerOf: (presented) => (presented === API_KEY ? ADMIN : null),
    tooFast: () => null,
    corsOrigins: () => [],
    hits: UNCOUNTED,
    gate: () => null,
    addressOf: ({ socket }) => socket.remoteAddress ?? "",
    info: () => ({
      version: "1.2.3",
      engine: "memory",
      uptimeMs: 5,
      connections: 1,
      sessions: 2,
      channels: 3,
    }),
    readiness: () =>
      readinessOf(
        {
          isDraining: state.draining,
          store: state.storeStatus,
          freeDiskBytes: null,
          worstDelayMs: state.worstDelayMs,
          isOverloaded: false,
        },
        config.ready,
      ),
    health: () => healthOf(state.storeStatus),
    tracer: null,
    metricsAccess: config.metrics.access,
    isDraining: () => state.draining,
    metrics,
    publicDir: join(tmpdir(), "tidewire-no-pages"),
    pages: true,
    demos: true,
    logger,
    limits: config.limits,
    ...options.ports,
  });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  context.after(async () => {
    app.server.closeAllConnections();
    await app.close();
    await store.close();
  });
  return {
    api: new ApiClient(origin, API_KEY),
    origin,
    port: Number(new URL(origin).port),
    domain,
    store,
    logger,
    state,
  };
}
