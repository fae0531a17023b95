import { networkOf } from "../base/address.ts";
import type { Clock } from "../base/clock.ts";
import type { Rate } from "../base/rate.ts";
import type { LimitName } from "../config/limit-table.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import { RateTable } from "./rate-table.ts";

/** The limits that hold for each address. null: none. */
export interface AddressLimitsOptions {
  readonly connectionsPerAddress: number | null;
  readonly handshakesPerAddress: Rate | null;
  /** Who is not counted: this machine, and proxies that speak for many. */
  readonly isExempt: (address: string) => boolean;
}

/** The limit that one address has reached. */
export type AddressLimit = Extract<LimitName, "connections_per_address" | "handshakes_per_address">;

/**
 * Counts open and new connections per address, so that one machine cannot take them all.
 *
 * An IPv6 network of 64 bits counts as one address. Memory grows with the addresses that are connected; of those that were, it is bounded.
 */
export class AddressLimits {
  readonly #options: AddressLimitsOptions;
  readonly #hits: LimitHits;
  readonly #handshakes: RateTable;
  readonly #counts = new Map<string, number>();

  constructor(options: AddressLimitsOptions, clock: Clock, hits: LimitHits) {
    this.#options = options;
    this.#hits = hits;
    this.#handshakes = new RateTable(options.handshakesPerAddress, clock);
  }

  /** Takes over another rate of new connections. One that stays the same goes on where it is. */
  changeHandshakes(rate: Rate | null): void {
    this.#handshakes.change(rate);
  }

  /** Counts a connection and returns null, or returns the limit that its address has reached. */
  tryAdd(address: string): AddressLimit | null {
    if (this.#options.isExempt(address)) return null;
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    const reached = this.#reached(network, count);
    if (reached === null) this.#counts.set(network, count + 1);
    else this.#hits.hit(reached, { address });
    return reached;
  }

  /** Uncounts a connection that `tryAdd` accepted. */
  remove(address: string): void {
    if (this.#options.isExempt(address)) return;
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count > 1) this.#counts.set(network, count - 1);
    else this.#counts.delete(network);
  }

  #reached(network: string, count: number): AddressLimit | null {
    if (this.#handshakes.take(network) > 0) return "handshakes_per_address";
    const { connectionsPerAddress } = this.#options;
    const isFull = connectionsPerAddress !== null && count >= connectionsPerAddress;
    return isFull ? "connections_per_address" : null;
  }
}
