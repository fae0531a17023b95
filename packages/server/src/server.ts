import { once } from "node:events";
import { Server as SecureServer } from "node:https";
import { CLOSE, CLOSE_REASONS } from "@tidewire/protocol";
import { systemClock } from "./base/system-clock.ts";
import { VERSION } from "./base/version.ts";
import { bindProblem } from "./config/access-mode.ts";
import { ConfigError, type LoadedConfig } from "./config/config.ts";
import type { ConfigChange } from "./config/live-config.ts";
import { composeDoors, type Doors } from "./doors.ts";
import { type ApiKey, type OpenedServer, openServer } from "./open-server.ts";
import { composePort, type Port } from "./port.ts";
import type { Front } from "./server-life.ts";
import { Certificate } from "./transport/certificate.ts";
import type { ClientTransport } from "./transport/client-transport.ts";
import { secureOptions } from "./transport/http-listener.ts";
import { listenOn } from "./transport/listen-on.ts";

export { StartError } from "./transport/listen-on.ts";

/** A server that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** The port that sends plain HTTP to TLS; null when there is none. */
  readonly redirectPort: number | null;
  readonly apiKey: ApiKey;
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
export async function startServer(loaded: LoadedConfig): Promise<RunningServer> {
  const problem = bindProblem(loaded.values);
  if (problem !== undefined) throw new ConfigError(problem);
  return openServer(loaded, {}, async (opened) => {
    const certificate = certificateOf(opened);
    const doors = await composeDoors({
      ...opened.forDoors,
      pair: certificate?.pair ?? null,
      isEmbedded: false,
    });
    const port = composePort(doors, opened.forDoors);
    const server = new ListeningServer(opened, doors, port, certificate);
    await server.listen();
    return server;
  });
}

function certificateOf({ config, logger }: OpenedServer): Certificate | null {
  const { cert, key } = config.values.tls;
  if (cert === null || key === null) return null;
  return new Certificate({ cert, key }, logger, () => systemClock.nowMs());
}

/** A server behind a port of its own. */
class ListeningServer implements RunningServer, Front {
  readonly host: string;
  readonly apiKey: ApiKey;
  readonly transports: readonly ClientTransport[];
  readonly #opened: OpenedServer;
  readonly #doors: Doors;
  readonly #behind: Port;
  /** null: no TLS. */
  readonly #certificate: Certificate | null;
  #port = 0;
  #redirectPort: number | null = null;
  #certificateTimer: NodeJS.Timeout | null = null;

  constructor(opened: OpenedServer, doors: Doors, behind: Port, certificate: Certificate | null) {
    this.#opened = opened;
    this.#doors = doors;
    this.#behind = behind;
    this.#certificate = certificate;
    this.host = opened.config.values.listen.host;
    this.apiKey = opened.apiKey;
    this.transports = doors.transports;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    const scheme = this.#certificate === null ? "http" : "https";
    return `${scheme}://${host}:${this.#port}`;
  }

  get redirectPort(): number | null {
    return this.#redirectPort;
  }

  async listen(): Promise<void> {
    const { config, mode, logger, life } = this.#opened;
    const { server } = this.#doors.http;
    const { plain } = this.#behind;
    const { listen, tls, engine, insecure } = config.values;
    this.#port = await listenOn(server, listen);
    if (plain !== null && tls.redirectPort !== null) {
      this.#redirectPort = await listenOn(plain, { ...listen, port: tls.redirectPort }).catch(
        (error: unknown) => {
          server.close();
          throw error;
        },
      );
    }
    this.#watchCertificate();
    life.start(this);
    const about = { url: this.url, engine, mode, pid: process.pid, version: VERSION };
    logger.info({ event: "server.listening", ...about }, "listening");
    if (mode !== "open") return;
    logger.warn(
      { event: "server.open_mode", insecure },
      "everybody who reaches this server may read and write",
    );
  }

  reload(load: () => LoadedConfig): ConfigChange | null {
    this.#renewCertificate();
    return this.#opened.life.reload(load);
  }

  stop(): Promise<void> {
    return this.#opened.life.stop();
  }

  sweep(): void {
    this.#behind.sniffer.sweep();
    this.#behind.rawTcp.sweep();
  }

  async close(retryAfterMs: () => number): Promise<void> {
    const { http } = this.#doors;
    const { plain, sniffer, rawTcp } = this.#behind;
    const closed = once(http.server, "close");
    http.server.close();
    if (plain?.listening === true) plain.close();
    plain?.closeAllConnections();
    if (this.#certificateTimer !== null) clearInterval(this.#certificateTimer);
    sniffer.destroySilent();
    for (const one of this.transports) one.closeAll(CLOSE.shutdown, CLOSE_REASONS.shutdown, retryAfterMs);
    rawTcp.endAll();
    http.server.closeIdleConnections();
    await closed;
    await http.close();
  }

  cut(): void {
    for (const one of this.transports) one.terminateAll();
    this.#behind.rawTcp.destroyAll();
    this.#doors.http.server.closeAllConnections();
  }

  /** New connections get the new certificate; those that are open go on with theirs. */
  #renewCertificate(): void {
    const { server } = this.#doors.http;
    const pair = this.#certificate?.check() ?? null;
    if (pair !== null && server instanceof SecureServer) server.setSecureContext(secureOptions(pair));
  }

  #watchCertificate(): void {
    if (this.#certificate === null) return;
    const { checkMs } = this.#opened.config.values.tls;
    this.#certificateTimer = setInterval(() => this.#renewCertificate(), checkMs).unref();
  }
}
