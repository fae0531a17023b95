import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import type { DropArgument } from "node:net";
import type { LimitHits } from "../core/limit-hits.ts";
import type { SecurePair } from "./certificate.ts";
import { reportRequestLimits } from "./request-limits.ts";

/** What a listening HTTP server is told about limits. */
export interface HttpListenerOptions {
  readonly maxConnections: number | null;
  readonly handshakeTimeoutMs: number;
  readonly headerBytes: number;
  readonly bodyTimeoutMs: number;
}

/** Longer than what load balancers keep their connections for, which is 60 s with most. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/**
 * What TLS 1.2 may use beside TLS 1.3: ephemeral keys and authenticated ciphers, which every client of the last ten years has. The client's
 * order counts, since it knows what its processor is good at.
 */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

/** Makes the server that everything goes through: HTTPS with a certificate, HTTP without. It does not listen yet. */
export function createHttpListener(
  options: HttpListenerOptions,
  hits: LimitHits,
  pair: SecurePair | null,
  listener: RequestListener,
): Server | SecureServer {
  const { handshakeTimeoutMs, bodyTimeoutMs, headerBytes, maxConnections } = options;
  const http = {
    headersTimeout: handshakeTimeoutMs,
    maxHeaderSize: headerBytes,
    connectionsCheckingInterval: 1000,
  };
  const server =
    pair === null
      ? createServer(http, listener)
      : createSecureServer(
          {
            ...http,
            ...secureOptions(pair),
            handshakeTimeout: handshakeTimeoutMs,
            honorCipherOrder: false,
            ALPNProtocols: ["http/1.1"],
          },
          listener,
        );
  server.requestTimeout = Math.max(handshakeTimeoutMs, bodyTimeoutMs);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.maxConnections = maxConnections ?? Infinity;
  server.on("drop", (dropped?: DropArgument) => {
    hits.hit("connections", { address: dropped?.remoteAddress });
  });
  reportRequestLimits(server, hits);
  return server;
}

/** What decides about the encryption of new connections. */
export function secureOptions({ cert, key }: SecurePair) {
  return { cert, key, minVersion: "TLSv1.2", ciphers: CIPHERS } as const;
}

/** Lets every answer tell browsers to come with TLS only (RFC 6797), for so long; null: none. */
export function rememberTls(hstsMs: number | null, next: RequestListener): RequestListener {
  if (hstsMs === null) return next;
  const header = `max-age=${Math.floor(hstsMs / 1000)}`;
  return (request, response) => {
    response.setHeader("strict-transport-security", header);
    next(request, response);
  };
}
