import { CloseCode } from "./close-code.ts";
import { type DeflateAgreement, parseDeflateParameters, PERMESSAGE_DEFLATE } from "./deflate-negotiation.ts";
import { acceptKey, type HeaderField } from "./handshake.ts";
import { HeaderLines } from "./header-lines.ts";
import { parseExtensions } from "./header-tokens.ts";

/** What a client asked for, and so what the answer has to match. */
export interface ClientHandshake {
  /** `Sec-WebSocket-Key`: sixteen random bytes in base64, new for each connection. */
  readonly key: string;
  readonly subprotocols: readonly string[];
  /** Elements of `Sec-WebSocket-Extensions`, in order of preference; only permessage-deflate is known. */
  readonly extensions: readonly string[];
  /** Whether to fail with 1010 when the server grants no compression. */
  readonly requireDeflate?: boolean;
}

/** The headers of the request beside `Host` (RFC 6455 §4.1). */
export function clientHandshakeHeaders(handshake: ClientHandshake): HeaderField[] {
  const headers: HeaderField[] = [
    ["Upgrade", "websocket"],
    ["Connection", "Upgrade"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", handshake.key],
  ];
  const { subprotocols, extensions } = handshake;
  if (subprotocols.length > 0) headers.push(["Sec-WebSocket-Protocol", subprotocols.join(", ")]);
  if (extensions.length > 0) headers.push(["Sec-WebSocket-Extensions", extensions.join(", ")]);
  return headers;
}

/** Whether the connection is established, or the code and reason to fail it with. */
export type ClientHandshakeResult =
  | { readonly ok: true; readonly subprotocol: string; readonly deflate: DeflateAgreement | undefined }
  | { readonly ok: false; readonly code: number; readonly reason: string };

/**
 * Checks a server's answer against what was asked (RFC 6455 §4.1, RFC 7692 §7.1).
 *
 * `rawHeaders` are names and values in turn. 1002 for an answer that breaks the rules, 1010 when a required
 * extension is missing (RFC 6455 §7.4.1).
 */
export function checkHandshakeAnswer(
  answer: { readonly status: number; readonly rawHeaders: readonly string[] },
  handshake: ClientHandshake,
  sha1Base64: (text: string) => string,
): ClientHandshakeResult {
  const headers = new HeaderLines(answer.rawHeaders);
  if (answer.status !== 101) return broken(`the server answered ${answer.status}`);
  if (!headers.hasToken("upgrade", "websocket")) return broken("Upgrade is not websocket");
  if (!headers.hasToken("connection", "upgrade")) return broken("Connection does not name the upgrade");
  if (headers.joined("sec-websocket-accept") !== acceptKey(handshake.key, sha1Base64)) {
    return broken("Sec-WebSocket-Accept does not match the key");
  }
  const subprotocol = headers.joined("sec-websocket-protocol");
  if (subprotocol !== "" && !handshake.subprotocols.includes(subprotocol)) {
    return broken("the server chose a subprotocol that was not offered");
  }
  const deflate = grantedDeflate(headers.joined("sec-websocket-extensions"), handshake);
  if (deflate === "broken") return broken("the server chose an extension that was not offered");
  if (deflate === undefined && handshake.requireDeflate === true) {
    return { ok: false, code: CloseCode.mandatoryExtension, reason: PERMESSAGE_DEFLATE };
  }
  return { ok: true, subprotocol, deflate };
}

function grantedDeflate(header: string, handshake: ClientHandshake): DeflateAgreement | undefined | "broken" {
  const granted = parseExtensions(header);
  if (granted === undefined || granted.length > 1) return "broken";
  const [extension] = granted;
  if (extension === undefined) return undefined;
  const offered = handshake.extensions.some((offer) => offer.startsWith(PERMESSAGE_DEFLATE));
  if (extension.name !== PERMESSAGE_DEFLATE || !offered) return "broken";
  const parameters = parseDeflateParameters(extension);
  // In an answer the client's window has a value (RFC 7692 §7.1.2.2).
  if (parameters === undefined || parameters.clientMaxWindowBits === true) return "broken";
  return {
    serverNoContextTakeover: parameters.serverNoContextTakeover,
    clientNoContextTakeover: parameters.clientNoContextTakeover,
    serverMaxWindowBits: parameters.serverMaxWindowBits ?? 15,
    clientMaxWindowBits: parameters.clientMaxWindowBits ?? 15,
  };
}

function broken(reason: string): ClientHandshakeResult {
  return { ok: false, code: CloseCode.protocolError, reason };
}
