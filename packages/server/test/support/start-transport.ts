import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { TestContext } from "node:test";
import { believe } from "../../src/auth/believe.ts";
import { randomId } from "../../src/base/random-id.ts";
import { systemClock } from "../../src/base/system-clock.ts";
import { TimerWheel } from "../../src/base/timer-wheel.ts";
import { createMemoryStore } from "../../src/broker/memory/memory-store.ts";
import { LiveConfig } from "../../src/config/live-config.ts";
import { UNCOUNTED } from "../../src/core/limit-hits.ts";
import type { Identify } from "../../src/core/identity.ts";
import { composeDomain, type Domain, LateListener } from "../../src/domain.ts";
import { routeClients } from "../../src/transport/client-doors.ts";
import type { ClientTransport } from "../../src/transport/client-transport.ts";
import { openTransports } from "../../src/transport/session-transports.ts";
import { routeUpgrades } from "../../src/transport/upgrades.ts";
import type { WebSocketTransport } from "../../src/transport/websocket-transport.ts";
import { NativeWire } from "../../src/wire/native/native-wire.ts";
import { configOf } from "./config.ts";
import { FakeClock } from "./fake-clock.ts";
import { RecordingLogger } from "./recording-logger.ts";

const TICK_MS = 100;

/** The doors of clients alone, over real sockets, with their time in the test's hands. */
export interface TestTransport {
  readonly url: string;
  readonly wsUrl: string;
  readonly domain: Domain;
  readonly transport: WebSocketTransport;
  readonly transports: readonly ClientTransport[];
  /** Whether the server stops; a test may change it. */
  readonly state: { draining: boolean };
  readonly logger: RecordingLogger;
  /** The server's ends of all connections, in their order. */
  readonly sockets: readonly Socket[];
  /** Lets time pass for heartbeats and time-outs, tick by tick. */
  passTime(ms: number): void;
}

/** Starts it on a port of its own, believing everybody unless the test says who is who; the test's end stops it. */
export async function startTransport(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
  identify: Identify = believe,
): Promise<TestTransport> {
  const config = configOf({ engine: "memory", ...settings });
  const logger = new RecordingLogger();
  const listener = new LateListener();
  const store = createMemoryStore({ clock: systemClock, randomId, listener: listener.listen });
  const clock = new FakeClock(0);
  const wheel = new TimerWheel({ tickMs: TICK_MS, slots: 64, clock });
  const domain = composeDomain({
    config: new LiveConfig(config),
    mode: "open",
    identify,
    store,
    verdicts: [],
    wheel,
    logger,
  });
  listener.connect((messages) => domain.hub.receive(messages));
  const wire = new NativeWire({
    ...domain,
    report: (err) => logger.error({ event: "server.bug", err }, "bug"),
  });
  const { maxMessageBytes, outboxBytes, bandwidthPerConnection } = config.limits;
  const state = { draining: false };
  const isDraining = (): boolean => state.draining;
  const addressOf = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? "";
  const clients = { admit: () => null };
  const { webSockets, doors, all } = openTransports(
    { ...config.sessions, maxMessageBytes, outboxBytes, bandwidthPerConnection, deflate: config.deflate },
    {
      ...domain,
      wire,
      wheel,
      clock,
      logger,
      hits: UNCOUNTED,
      isDraining,
      clients,
      addressOf,
      random: () => 0.5,
      onClosed: () => {},
    },
  );
  const gate = (): null => null;
  const server = createServer(
    routeClients(doors, gate, isDraining, (_request, response) => void response.writeHead(404).end()),
  );
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => sockets.push(socket));
  routeUpgrades(server, webSockets, {
    gate,
    clients,
    addressOf,
    isDraining,
    admission: domain.admission,
    logger,
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    for (const transport of all) transport.terminateAll();
    server.closeAllConnections();
    server.close();
    await store.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    wsUrl: `ws://127.0.0.1:${address.port}`,
    domain,
    transport: webSockets,
    transports: all,
    state,
    logger,
    sockets,
    passTime(ms) {
      for (let passed = 0; passed < ms; passed += TICK_MS) {
        clock.advance(TICK_MS);
        wheel.advance();
      }
    },
  };
}
