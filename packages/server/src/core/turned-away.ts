import type { Claims, Identity } from "./identity.ts";
import type { Exclusions } from "./permissions.ts";
import type { Refusal } from "./refusal.ts";

/** What a client says of itself before anything is proven. */
type Introduction = Pick<Claims, "token" | "user" | "device">;

/** What turning away works with. */
export interface TurnedAwayPorts {
  readonly exclusions: Exclusions;
  /** Says who somebody is in open mode, where that is known at once; null where identities are proven. */
  readonly believe: ((claims: Claims) => Identity | Refusal) | null;
  readonly hash: (secret: string) => string;
}

/** Tokens remembered. Their holders hammer, so the newest are the ones that matter. */
const MAX_TOKENS = 10_000;

/**
 * Who is refused before the handshake: those that are kept out and come again all the same.
 *
 * It costs a look into a map. A token is not examined here: only one that led to somebody who is kept out is known again, by its hash, as long as
 * that holds. So its holder is told why in full the first time, and afterwards by the status of the handshake alone.
 */
export class TurnedAway {
  readonly #ports: TurnedAwayPorts;
  readonly #identities: Map<string, Identity> = new Map();

  constructor(ports: TurnedAwayPorts) {
    this.#ports = ports;
  }

  /** Why whoever says this need not try; null when they may. */
  refusalOf({ token, user, device }: Introduction): Refusal | null {
    const { believe, exclusions } = this.#ports;
    if (believe !== null) {
      if (user === undefined) return null;
      const identity = believe({ user, device, address: "", origin: undefined });
      return "code" in identity ? null : exclusions.refusalOf(identity, null);
    }
    if (token === undefined || this.#identities.size === 0) return null;
    const hash = this.#ports.hash(token);
    const identity = this.#identities.get(hash);
    if (identity === undefined) return null;
    const refusal = exclusions.refusalOf(identity, null);
    if (refusal === null) this.#identities.delete(hash);
    return refusal;
  }

  /** Takes note of whom a token led to, when that one is kept out. */
  remember(token: string, identity: Identity): void {
    if (this.#ports.exclusions.refusalOf(identity, null) === null) return;
    this.#identities.set(this.#ports.hash(token), identity);
    const [oldest] = this.#identities.keys();
    if (this.#identities.size > MAX_TOKENS && oldest !== undefined) this.#identities.delete(oldest);
  }
}
