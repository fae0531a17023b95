import type { ExtensionOffer } from "./header-tokens.ts";

/** The extension's registered name (RFC 7692 §9.1). */
export const PERMESSAGE_DEFLATE = "permessage-deflate";

/** What both ends agreed on (RFC 7692 §7.1). */
export interface DeflateAgreement {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  /** The server's window is at most 2 to the power of this, in bytes. */
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
}

/** What this server wants. */
export interface DeflatePolicy {
  /** Forget what was compressed after each message, so that one frame serves everybody. */
  readonly serverNoContextTakeover: boolean;
  /** Ask the client for the same, so that no state is kept for what it sends. */
  readonly clientNoContextTakeover: boolean;
  /** 9–15. */
  readonly serverMaxWindowBits: number;
  /** 9–15; asked of clients that offer it. A smaller one bounds the memory of context takeover. */
  readonly clientMaxWindowBits: number;
}

/**
 * The smallest window this server can compress with.
 *
 * RFC 7692 allows 8, but zlib cannot make a raw stream with it and quietly uses 9, whose references reach
 * beyond an 8-bit window. A client that demands 8 gets the agreement, and is sent uncompressed messages.
 */
export const SMALLEST_DEFLATE_WINDOW_BITS = 9;

/** The accepted offer and the header element that says so. */
export interface DeflateAnswer {
  readonly agreement: DeflateAgreement;
  readonly header: string;
}

/** Accepts the first offer that is understood, or gives undefined: then nothing is compressed. */
export function negotiateDeflate(
  offers: readonly ExtensionOffer[],
  policy: DeflatePolicy,
): DeflateAnswer | undefined {
  for (const offer of offers) {
    if (offer.name !== PERMESSAGE_DEFLATE) continue;
    const parameters = parseDeflateParameters(offer);
    if (parameters !== undefined) return answerOffer(parameters, policy);
  }
  return undefined;
}

/** The parameters of one offer or answer; a window without a value is `true` (RFC 7692 §7.1.2.2). */
export interface DeflateParameters {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number | undefined;
  readonly clientMaxWindowBits: number | true | undefined;
}

/** Reads the parameters, or gives undefined for an unknown, repeated or malformed one. */
export function parseDeflateParameters(offer: ExtensionOffer): DeflateParameters | undefined {
  const seen = new Map(offer.parameters);
  if (seen.size !== offer.parameters.length) return undefined;
  for (const [name, value] of seen) {
    if (!isValidParameter(name, value)) return undefined;
  }
  const server = seen.get("server_max_window_bits");
  const client = seen.get("client_max_window_bits");
  return {
    serverNoContextTakeover: seen.has("server_no_context_takeover"),
    clientNoContextTakeover: seen.has("client_no_context_takeover"),
    serverMaxWindowBits: server === undefined ? undefined : Number(server),
    clientMaxWindowBits: client === undefined || client === true ? client : Number(client),
  };
}

function isValidParameter(name: string, value: string | true): boolean {
  switch (name) {
    case "server_no_context_takeover":
    case "client_no_context_takeover":
      return value === true;
    case "server_max_window_bits":
      return value !== true && isWindowBits(value);
    case "client_max_window_bits":
      return value === true || isWindowBits(value);
    default:
      return false;
  }
}

/** 8 to 15 in decimal without leading zeros (RFC 7692 §7.1.2). */
function isWindowBits(value: string): boolean {
  return /^(?:[89]|1[0-5])$/.test(value);
}

function answerOffer(offer: DeflateParameters, policy: DeflatePolicy): DeflateAnswer {
  const serverMaxWindowBits = Math.min(offer.serverMaxWindowBits ?? 15, policy.serverMaxWindowBits);
  const clientAsked = offer.clientMaxWindowBits !== undefined;
  const clientLimit = typeof offer.clientMaxWindowBits === "number" ? offer.clientMaxWindowBits : 15;
  // Only a client that offers the parameter may be told to use it (RFC 7692 §7.1.2.2).
  const clientMaxWindowBits = clientAsked ? Math.min(clientLimit, policy.clientMaxWindowBits) : 15;
  const agreement: DeflateAgreement = {
    serverNoContextTakeover: offer.serverNoContextTakeover || policy.serverNoContextTakeover,
    // An offer may already bind the client, and the server may bind it unasked (RFC 7692 §7.1.1.2).
    clientNoContextTakeover: offer.clientNoContextTakeover || policy.clientNoContextTakeover,
    serverMaxWindowBits,
    clientMaxWindowBits,
  };
  return { agreement, header: formatAgreement(agreement, offer.serverMaxWindowBits !== undefined) };
}

function formatAgreement(agreement: DeflateAgreement, nameServerWindow: boolean): string {
  const parts = [PERMESSAGE_DEFLATE];
  if (agreement.serverNoContextTakeover) parts.push("server_no_context_takeover");
  if (agreement.clientNoContextTakeover) parts.push("client_no_context_takeover");
  if (nameServerWindow || agreement.serverMaxWindowBits < 15) {
    parts.push(`server_max_window_bits=${agreement.serverMaxWindowBits}`);
  }
  if (agreement.clientMaxWindowBits < 15) {
    parts.push(`client_max_window_bits=${agreement.clientMaxWindowBits}`);
  }
  return parts.join("; ");
}
