import type { Server } from "node:http";
import { Server as SecureServer } from "node:https";
import { monotonicClock } from "./base/system-clock.ts";
import type { Config } from "./config/config.ts";
import type { Doors, DoorsOptions } from "./doors.ts";
import { createPlainHttp } from "./transport/plain-http.ts";
import { PortSniffer } from "./transport/port-sniffer.ts";
import { RawTcp } from "./transport/raw-tcp.ts";
import { LineApi } from "./wire/lines/line-api.ts";

/** What shares a port with the doors. */
export interface Port {
  readonly sniffer: PortSniffer;
  /** For backends that speak lines. */
  readonly rawTcp: RawTcp;
  /** Sends plain HTTP to TLS; null without TLS. It may listen on a port of its own. */
  readonly plain: Server | null;
}

/** What a port is put together from, besides the doors behind it. */
type PortOptions = Pick<DoorsOptions, "config" | "domain" | "metrics" | "logger" | "hits" | "callerOf">;

/** Puts raw TCP and the redirect to TLS beside the doors, told apart by the first byte of each connection. */
export function composePort(doors: Doors, options: PortOptions): Port {
  const { server } = doors.http;
  const config = options.config.values;
  const rawTcp = composeRawTcp(options, doors.tooFast);
  options.metrics.watch({ backendConnections: () => rawTcp.size });
  const plain = server instanceof SecureServer ? composePlain(server, config) : null;
  const acceptLines = rawTcp.accept.bind(rawTcp);
  const ports = { acceptLines, plain, addresses: doors.addresses, clock: monotonicClock, hits: options.hits };
  return { sniffer: new PortSniffer(server, config.limits, ports), rawTcp, plain };
}

/** Where TLS is spoken, plain HTTP is sent to the port that it is spoken on. */
function composePlain(secure: Server, { limits, tls }: Config): Server {
  const securePort = (): number | null => {
    const address = tls.redirectPort === null ? null : secure.address();
    return address === null || typeof address === "string" ? null : address.port;
  };
  return createPlainHttp(securePort, limits.handshakeTimeoutMs);
}

function composeRawTcp(
  { config, domain, logger, hits, callerOf }: PortOptions,
  tooFast: Doors["tooFast"],
): RawTcp {
  const { linePushing: pushing, kicking, turn, admission } = domain;
  const { limits, rawTcp } = config.values;
  const { lineBytes, handshakeTimeoutMs, batchMessages } = limits;
  const lines = new LineApi({ pushing, kicking, callerOf, tooFast, admission, maxTargets: batchMessages });
  return new RawTcp(
    { lineBytes, lineTimeoutMs: handshakeTimeoutMs, remote: rawTcp.remote },
    { lines, turn, clock: monotonicClock, logger, hits },
  );
}
