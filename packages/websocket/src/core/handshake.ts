import {
  type DeflateAgreement,
  type DeflateAnswer,
  type DeflatePolicy,
  negotiateDeflate,
} from "./deflate-negotiation.ts";
import { HeaderLines } from "./header-lines.ts";
import { isToken, parseExtensions, splitList } from "./header-tokens.ts";

/** An HTTP request as far as the handshake looks at it. */
export interface HandshakeRequest {
  readonly method: string;
  /** Such as `1.1`. */
  readonly httpVersion: string;
  /** Names and values in turn, as they came, repeated headers included. */
  readonly rawHeaders: readonly string[];
}

/** What the server brings to the handshake. */
export interface HandshakePolicy {
  /** SHA-1 of an ASCII text, in base64. */
  readonly sha1Base64: (text: string) => string;
  /** Picks one of the offered subprotocols, which are distinct tokens in the client's order. */
  readonly chooseSubprotocol?: ((offered: readonly string[]) => string | undefined) | undefined;
  /** False: nothing is ever compressed. */
  readonly deflate: DeflatePolicy | false;
}

/** A header of the answer. */
export type HeaderField = readonly [name: string, value: string];

/** The handshake succeeded: answer 101 with these headers, in this order. */
export interface HandshakeAccepted {
  readonly ok: true;
  readonly headers: readonly HeaderField[];
  /** Empty if none was agreed on. */
  readonly subprotocol: string;
  readonly deflate: DeflateAgreement | undefined;
}

/** The handshake failed: answer with this status, these headers and this text, then close. */
export interface HandshakeRefused {
  readonly ok: false;
  readonly status: number;
  readonly headers: readonly HeaderField[];
  readonly message: string;
}

const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Sixteen bytes in base64: the last character before the padding has only four meaningful values. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

const UPGRADE_REQUIRED: readonly HeaderField[] = [
  ["Upgrade", "websocket"],
  ["Sec-WebSocket-Version", "13"],
];

/**
 * Decides a client's opening handshake (RFC 6455 §4.2).
 *
 * Failures are answered with 400 (malformed), 405 (not GET) or 426 (not a WebSocket handshake, or not
 * version 13). Throws a RangeError if `chooseSubprotocol` picks what was not offered.
 */
export function answerHandshake(
  request: HandshakeRequest,
  policy: HandshakePolicy,
): HandshakeAccepted | HandshakeRefused {
  const headers = new HeaderLines(request.rawHeaders);
  const refused = refuseRequest(request, headers) ?? refuseUpgrade(headers) ?? refuseKey(headers);
  if (refused !== undefined) return refused;

  const protocols = splitList(headers.joined("sec-websocket-protocol"));
  if (!protocols.every(isToken)) return badRequest("Sec-WebSocket-Protocol is malformed");
  if (new Set(protocols).size !== protocols.length) return badRequest("A subprotocol is offered twice");
  const offers = parseExtensions(headers.joined("sec-websocket-extensions"));
  if (offers === undefined) return badRequest("Sec-WebSocket-Extensions is malformed");

  const subprotocol = chooseSubprotocol(protocols, policy);
  const deflate = policy.deflate === false ? undefined : negotiateDeflate(offers, policy.deflate);
  return accept(acceptKey(headers.only("sec-websocket-key"), policy.sha1Base64), subprotocol, deflate);
}

/** The `Sec-WebSocket-Accept` value that belongs to a key (RFC 6455 §4.2.2). */
export function acceptKey(key: string, sha1Base64: (text: string) => string): string {
  return sha1Base64(key + ACCEPT_GUID);
}

function refuseRequest(request: HandshakeRequest, headers: HeaderLines): HandshakeRefused | undefined {
  if (request.method !== "GET") {
    return { ok: false, status: 405, headers: [["Allow", "GET"]], message: "A WebSocket handshake is a GET" };
  }
  const [major = 0, minor = 0] = request.httpVersion.split(".").map(Number);
  if (major < 1 || (major === 1 && minor < 1)) return badRequest("A WebSocket handshake needs HTTP/1.1");
  if (headers.count("host") !== 1) return badRequest("There must be one Host header");
  // A body would be taken for frames, or for the next request by a proxy in between.
  const contentLength = headers.joined("content-length");
  if ((contentLength !== "" && contentLength !== "0") || headers.count("transfer-encoding") > 0) {
    return badRequest("A WebSocket handshake has no body");
  }
  return undefined;
}

function refuseUpgrade(headers: HeaderLines): HandshakeRefused | undefined {
  if (!headers.hasToken("upgrade", "websocket") || !headers.hasToken("connection", "upgrade")) {
    return upgradeRequired("This address speaks WebSocket: the request must ask for the upgrade");
  }
  if (headers.count("sec-websocket-version") > 1) return badRequest("Repeated Sec-WebSocket-Version");
  if (headers.only("sec-websocket-version") !== "13") {
    return upgradeRequired("Only version 13 of the WebSocket protocol is spoken here");
  }
  return undefined;
}

function refuseKey(headers: HeaderLines): HandshakeRefused | undefined {
  if (headers.count("sec-websocket-key") !== 1) return badRequest("There must be one Sec-WebSocket-Key");
  if (!KEY.test(headers.only("sec-websocket-key"))) return badRequest("Sec-WebSocket-Key is malformed");
  return undefined;
}

function chooseSubprotocol(offered: readonly string[], policy: HandshakePolicy): string {
  if (offered.length === 0 || policy.chooseSubprotocol === undefined) return "";
  const chosen = policy.chooseSubprotocol(offered);
  if (chosen === undefined) return "";
  if (!offered.includes(chosen)) throw new RangeError(`subprotocol ${chosen} was not offered`);
  return chosen;
}

function accept(key: string, subprotocol: string, deflate: DeflateAnswer | undefined): HandshakeAccepted {
  const headers: HeaderField[] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Accept", key],
  ];
  if (subprotocol !== "") headers.push(["Sec-WebSocket-Protocol", subprotocol]);
  if (deflate !== undefined) headers.push(["Sec-WebSocket-Extensions", deflate.header]);
  return { ok: true, headers, subprotocol, deflate: deflate?.agreement };
}

function badRequest(message: string): HandshakeRefused {
  return { ok: false, status: 400, headers: [], message };
}

function upgradeRequired(message: string): HandshakeRefused {
  return { ok: false, status: 426, headers: UPGRADE_REQUIRED, message };
}
