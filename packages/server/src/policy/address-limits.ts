import { isLoopbackAddress, networkOf } from "../base/address.ts";

/**
 * Counts open connections per address, so that one machine cannot take them all.
 *
 * Loopback is not counted: a proxy on the same machine speaks for everybody. An IPv6 network of 64 bits counts as one address. Memory
 * grows with the addresses that are connected, never with those that were.
 */
export class AddressLimits {
  readonly #maxPerAddress: number | null;
  readonly #counts = new Map<string, number>();

  /** null: no limit. */
  constructor(maxPerAddress: number | null) {
    this.#maxPerAddress = maxPerAddress;
  }

  /** Counts a connection and returns true, or returns false when its address has too many. */
  tryAdd(address: string): boolean {
    if (this.#maxPerAddress === null || isLoopbackAddress(address)) return true;
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count >= this.#maxPerAddress) return false;
    this.#counts.set(network, count + 1);
    return true;
  }

  /** Uncounts a connection that `tryAdd` accepted. */
  remove(address: string): void {
    if (this.#maxPerAddress === null || isLoopbackAddress(address)) return;
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count > 1) this.#counts.set(network, count - 1);
    else this.#counts.delete(network);
  }
}
