import type { ErrorCode } from "@tidewire/protocol";
import { isLoopbackAddress } from "../base/address.ts";
import { coversOrigin } from "../base/origin-pattern.ts";
import type { AccessMode } from "../config/access-mode.ts";

/** What is known of a request before anybody says who they are. */
export interface RequestFacts {
  /** The `Host` header; undefined when absent. */
  readonly host: string | undefined;
  /** The `Origin` header; undefined when absent, as it is outside of browsers. */
  readonly origin: string | undefined;
  /** Whether there is a `Forwarded` or any `X-Forwarded-*` header. */
  readonly isForwarded: boolean;
  /** The peer's IP address; undefined when the socket is gone or has none. */
  readonly remoteAddress: string | undefined;
}

/** What the server was started with, as far as it decides about requests. */
export interface GateOptions {
  readonly mode: AccessMode;
  /** Lifts the restrictions of open mode. */
  readonly insecure: boolean;
  /** Origins, and patterns of such, that are welcome besides the server's own. */
  readonly origins: readonly string[];
}

/** Why a request is not accepted. */
export interface GateRefusal {
  readonly code: Extract<ErrorCode, "origin_forbidden" | "permission_denied">;
  /** For the log of the server: what happened and the flag that would allow it. */
  readonly hint: string;
}

/**
 * Decides whether a request is heard at all; null accepts it.
 *
 * In open mode everybody who reaches the server may do everything, so only this machine may reach it: by a loopback `Host` (a site
 * whose name is rebound to 127.0.0.1 sends its own), from a loopback page, and not through a proxy. Otherwise any website that a developer
 * visits could talk to the server. In the other modes a page must be of the server's own or a listed origin.
 */
export function refusalOf(request: RequestFacts, options: GateOptions): GateRefusal | null {
  if (options.mode === "authenticated") return foreignOrigin(request, options.origins);
  if (options.insecure) return options.origins.length === 0 ? null : foreignOrigin(request, options.origins);
  return outsideOfOpenMode(request) ?? nonLoopbackOrigin(request.origin, options.origins);
}

/** Tells whether a `Host` header, with or without a port, names this machine's loopback. */
export function isLoopbackHost(host: string): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase();
  return name === "localhost" || name === "[::1]" || (name !== undefined && isLoopbackAddress(name));
}

function outsideOfOpenMode({ host, isForwarded, remoteAddress }: RequestFacts): GateRefusal | null {
  const elsewhere = openModeRefusal(host, isForwarded, remoteAddress);
  if (elsewhere === null) return null;
  return {
    code: "permission_denied",
    hint: `refused ${elsewhere}: without authentication only this machine is served; --insecure lifts this`,
  };
}

function openModeRefusal(
  host: string | undefined,
  isForwarded: boolean,
  remoteAddress: string | undefined,
): string | null {
  if (remoteAddress !== undefined && !isLoopbackAddress(remoteAddress))
    return "a request from another machine";
  if (isForwarded) return "a request that came through a proxy (Forwarded or X-Forwarded-*)";
  if (host === undefined) return "a request without Host";
  return isLoopbackHost(host) ? null : `a request for the host ${quoted(host)}`;
}

function nonLoopbackOrigin(origin: string | undefined, allowed: readonly string[]): GateRefusal | null {
  if (origin === undefined || coversOrigin(allowed, origin)) return null;
  const url = parseOrigin(origin);
  return url !== null && isLoopbackHost(url.host) ? null : originRefusal(origin);
}

function foreignOrigin({ origin, host }: RequestFacts, allowed: readonly string[]): GateRefusal | null {
  if (origin === undefined || coversOrigin(allowed, origin)) return null;
  const url = parseOrigin(origin);
  return url !== null && host !== undefined && isSameHost(url, host) ? null : originRefusal(origin);
}

function originRefusal(origin: string): GateRefusal {
  const hint = `refused a page of the origin ${quoted(origin)}: --allow-origin ${quoted(origin)} allows it`;
  return { code: "origin_forbidden", hint };
}

/** The scheme is not compared: behind a proxy that ends TLS the page is https and the request is not. */
function isSameHost(origin: URL, host: string): boolean {
  return parseOrigin(`${origin.protocol}//${host}`)?.host === origin.host;
}

/** `null`, and what is not a URL of http or https, has no host to compare. */
function parseOrigin(origin: string): URL | null {
  if (!/^https?:\/\/[^/?#@\s]+$/i.test(origin) || !URL.canParse(origin)) return null;
  return new URL(origin);
}

/** Headers are the peer's: bounded, and on one line, before they reach a log. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
