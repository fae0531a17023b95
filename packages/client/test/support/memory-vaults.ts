import type { Position } from "@tidewire/protocol";
import type { Keeper, KeeperPorts } from "../../src/keeper.ts";
import { VaultKeeper } from "../../src/persistence.ts";
import type { StoredPublish, Vault, VaultScope } from "../../src/vault.ts";

interface Shelf {
  readonly publishes: Map<string, StoredPublish>;
  readonly positions: Map<string, Position>;
}

/** The storage of a browser: what one client keeps in it, the next one finds. */
export class MemoryVaults {
  /** What opening rejects with. */
  failure: Error | undefined;
  /** How many vaults are open. */
  open = 0;
  readonly #shelves = new Map<string, Shelf>();

  /** What waits for a user, in its order. */
  waiting(user?: string): unknown[] {
    return [...this.#shelfOf(user).publishes.values()].map(({ text }) => JSON.parse(text).data);
  }

  positions(user?: string): Record<string, number> {
    const { positions } = this.#shelfOf(user);
    return Object.fromEntries([...positions].map(([channel, { offset }]) => [channel, offset]));
  }

  readonly keeperOf = (ports: KeeperPorts): Keeper => new VaultKeeper(this.#open, ports);

  readonly #open = async ({ user }: VaultScope): Promise<Vault> => {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    const { publishes, positions } = this.#shelfOf(user);
    this.open += 1;
    return {
      user,
      publishes: [...publishes.values()],
      positions: new Map(positions),
      save: (publish) => void publishes.set(publish.messageId, publish),
      remove: (messageId) => void publishes.delete(messageId),
      savePosition(channel, position) {
        if (position === undefined) positions.delete(channel);
        else positions.set(channel, position);
      },
      close: () => {
        this.open -= 1;
      },
    };
  };

  #shelfOf(user: string | undefined): Shelf {
    const name = user ?? "";
    const shelf = this.#shelves.get(name) ?? { publishes: new Map(), positions: new Map() };
    this.#shelves.set(name, shelf);
    return shelf;
  }
}
