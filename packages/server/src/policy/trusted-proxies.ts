import { type IpRange, isInRange, parseIp, parseIpRange } from "../base/ip-range.ts";

/** The header by which proxies say whom they speak for. */
export type ForwardedHeader = "x-forwarded-for" | "forwarded";

/** One element of a `Forwarded` header (RFC 7239 §4): a quoted text, or anything without a comma. */
const ELEMENT = /(?:"(?:[^"\\]|\\.)*"|[^,"])+/g;
const FOR = /(?:^|;)\s*for=\s*("(?:[^"\\]|\\.)*"|[^;,\s]*)/i;

/** A chain longer than this is no chain of proxies. */
const MAX_HOPS = 32;

/**
 * Finds out who a request comes from when proxies stand in front.
 *
 * The header is read from the right, since each proxy appends to it: whatever stands left of the last address that is no proxy of ours was
 * written by whom we do not know. A proxy that does not know its client (`unknown`, or a name) is itself who it comes from.
 */
export class TrustedProxies {
  readonly #ranges: readonly IpRange[];

  /** Addresses and networks; throws a RangeError for what is neither. */
  constructor(trusted: readonly string[]) {
    this.#ranges = trusted.map((text) => {
      const range = parseIpRange(text);
      if (range === undefined) throw new RangeError(`${text} is no IP address and no network.`);
      return range;
    });
  }

  /** Tells whether an address is one of the proxies. */
  has(address: string): boolean {
    if (this.#ranges.length === 0) return false;
    const groups = parseIp(address);
    return groups !== undefined && this.#ranges.some((range) => isInRange(groups, range));
  }

  /** The client's address: the peer's own, unless the peer is a proxy that names another. */
  clientOf(peer: string, header: ForwardedHeader, value: string | undefined): string {
    if (value === undefined || !this.has(peer)) return peer;
    const hops = (header === "forwarded" ? readForwarded(value) : value.split(",")).slice(-MAX_HOPS);
    let client = peer;
    for (const hop of hops.toReversed()) {
      const address = addressOf(hop);
      if (address === undefined) return client;
      client = address;
      if (!this.has(address)) return client;
    }
    return client;
  }
}

function readForwarded(value: string): readonly string[] {
  return (value.match(ELEMENT) ?? []).map((element) => {
    const [, quoted = ""] = FOR.exec(element.trim()) ?? [];
    return quoted.startsWith('"') ? quoted.slice(1, -1).replace(/\\(.)/g, "$1") : quoted;
  });
}

/** The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:4711`. */
function addressOf(hop: string): string | undefined {
  const text = hop.trim();
  const bare =
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d[\d.]*):\d{1,5}$/.exec(text)?.[1] ?? text;
  return parseIp(bare) === undefined || bare.includes("%") ? undefined : bare;
}
