const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;
const GROUPS = 8;
const GROUP_BITS = 16;
const IPV4_BITS = 32;

/** Whole networks or single addresses, as `parseIpRange` reads them. */
export interface IpRange {
  readonly groups: readonly number[];
  /** How many leading bits of the 128 must be equal. */
  readonly bits: number;
}

/**
 * Reads an IP address as eight groups of 16 bits; undefined when it is none.
 *
 * An IPv4 address becomes the IPv6 address that stands for it (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2), so both spellings are equal. A zone
 * (`%eth0`) is not part of the address.
 */
export function parseIp(text: string): readonly number[] | undefined {
  const [address = ""] = text.split("%", 1);
  if (!address.includes(":")) {
    const low = ipv4Groups(address);
    return low === undefined ? undefined : [0, 0, 0, 0, 0, 0xffff, ...low];
  }
  const [head = "", tail, ...more] = address.split("::");
  if (more.length > 0) return undefined;
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  if (front === undefined || back === undefined) return undefined;
  const missing = GROUPS - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...front, ...Array.from({ length: missing }, () => 0), ...back];
}

/** Reads an address, or a network such as `10.0.0.0/8` or `2001:db8::/32`; undefined when it is neither. */
export function parseIpRange(text: string): IpRange | undefined {
  const [address = "", length, ...more] = text.split("/");
  const groups = parseIp(address);
  if (groups === undefined || more.length > 0 || address.includes("%")) return undefined;
  const whole = GROUPS * GROUP_BITS;
  if (length === undefined) return { groups, bits: whole };
  const offset = address.includes(":") ? 0 : whole - IPV4_BITS;
  const bits = /^\d{1,3}$/.test(length) ? Number(length) + offset : whole + 1;
  return bits <= whole ? { groups, bits } : undefined;
}

/** Tells whether an address lies in a range. */
export function isInRange(groups: readonly number[], range: IpRange): boolean {
  for (let index = 0, left = range.bits; left > 0; index += 1, left -= GROUP_BITS) {
    const mask = left >= GROUP_BITS ? 0xffff : (0xffff << (GROUP_BITS - left)) & 0xffff;
    if ((((groups[index] ?? 0) ^ (range.groups[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

function groupsOf(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const last = parts.at(-1) ?? "";
  const low = last.includes(".") ? ipv4Groups(last) : [];
  if (low === undefined) return undefined;
  const hex = low.length > 0 ? parts.slice(0, -1) : parts;
  return hex.every((part) => GROUP.test(part))
    ? [...hex.map((part) => Number.parseInt(part, 16)), ...low]
    : undefined;
}

function ipv4Groups(text: string): readonly number[] | undefined {
  const bytes = IPV4.exec(text)?.slice(1).map(Number) ?? [];
  const [a = 256, b = 256, c = 256, d = 256] = bytes;
  return Math.max(a, b, c, d) > 255 ? undefined : [(a << 8) | b, (c << 8) | d];
}
