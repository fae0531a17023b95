import type { Position } from "@tidewire/protocol";
import { openVault } from "./indexed-db-vault.ts";
import type { Keeper, KeeperPorts } from "./keeper.ts";
import type { Outbox } from "./outbox.ts";
import { subjectOf } from "./token-subject.ts";
import type { OpenVault, Vault } from "./vault.ts";

/** Keeps a client's data in IndexedDB. */
export function keeperOf(ports: KeeperPorts): Keeper {
  return new VaultKeeper(openVault, ports);
}

/**
 * Opens and closes the vaults of a client with `persist`. Loaded only by such clients.
 *
 * Who the user is the token says, or the option `user`. The server has the last word: when it names somebody else, what
 * was opened is left as it was found.
 */
export class VaultKeeper implements Keeper {
  readonly #openVault: OpenVault;
  readonly #ports: KeeperPorts;
  #vault: Vault | undefined;
  #isBroken = false;
  /** Counts openings and closings: an opening that another one has overtaken comes too late. */
  #turn = 0;

  constructor(open: OpenVault, ports: KeeperPorts) {
    this.#openVault = open;
    this.#ports = ports;
  }

  get isReady(): boolean {
    return this.#isBroken || this.#vault !== undefined;
  }

  async open(token: string | undefined): Promise<void> {
    const user = token === undefined ? this.#ports.user : subjectOf(token);
    // A token that does not say whose it is: the server will.
    if (!this.isReady && (token === undefined || user !== undefined)) await this.#enter(user);
  }

  userIs(user: string | undefined): void {
    if (this.#isBroken || (this.#vault !== undefined && this.#vault.user === user)) return;
    if (this.#vault !== undefined) withdraw(this.#ports.outbox, this.#vault);
    this.close();
    void this.#enter(user);
  }

  positionOf(channel: string): Position | undefined {
    return this.#vault?.positions.get(channel);
  }

  moved(channel: string, position: Position | undefined): void {
    this.#vault?.savePosition(channel, position);
  }

  close(): void {
    this.#turn += 1;
    this.#ports.outbox.vault = undefined;
    this.#vault?.close();
    this.#vault = undefined;
  }

  async #enter(user: string | undefined): Promise<void> {
    const { url, now, report, outbox, registry } = this.#ports;
    this.#turn += 1;
    const turn = this.#turn;
    try {
      const vault = await this.#openVault({ url, user }, { now, report });
      if (turn !== this.#turn) {
        vault.close();
        return;
      }
      this.#vault = vault;
      enter(outbox, vault);
      registry.resumePositions();
    } catch (cause) {
      // Without storage a client still works, from memory.
      this.#isBroken = true;
      report(cause);
    }
  }
}

/** Keeps what waits in the vault too, and puts what earlier pages left there before it. */
function enter(outbox: Outbox, vault: Vault): void {
  const known = new Set<string>();
  for (const { stored } of outbox.items) {
    known.add(stored.messageId);
    vault.save(stored);
  }
  outbox.vault = vault;
  for (const stored of vault.publishes.toReversed()) {
    if (!known.has(stored.messageId)) outbox.restore(stored);
  }
  outbox.drain();
}

/** Leaves in a vault that is somebody else's what was there, and nothing else. */
function withdraw(outbox: Outbox, vault: Vault): void {
  outbox.forget(({ isRestored }) => isRestored);
  for (const { stored } of outbox.items) vault.remove(stored.messageId);
}
