const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const IPV4_LOOPBACK = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** Tells whether an IP address, as a socket reports it, is this machine's loopback: 127.0.0.0/8 or `::1`. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || IPV4_LOOPBACK.test(withoutMapping(address));
}

/**
 * The part of an IP address that one customer of a provider cannot change at will.
 *
 * An IPv4 address is taken whole. Of an IPv6 address it is the first 64 bits: one household has 2^64 addresses below them, so
 * a limit for each address would be none. The argument is an address as a socket reports it.
 */
export function networkOf(address: string): string {
  const plain = withoutMapping(address);
  if (!plain.includes(":")) return plain;
  const [withoutZone = ""] = plain.split("%");
  const [head = "", tail] = withoutZone.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  const groups = tail === undefined ? front : [...front, ...zeros, ...back];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}

/** `::ffff:192.0.2.1`, which a dual-stack socket reports for an IPv4 peer, is 192.0.2.1. */
function withoutMapping(address: string): string {
  return IPV4_IN_IPV6.exec(address)?.[1] ?? address;
}
