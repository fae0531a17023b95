import type { Position } from "@tidewire/protocol";

/** A publish that waits to be stored by the server, as it outlives a page. */
export interface StoredPublish {
  readonly channel: string;
  readonly messageId: string;
  /** The command as JSON, without the number that a connection gives it. */
  readonly text: string;
  /** When the program published it, in milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** Whose data a vault holds. Nobody gets what somebody else left. */
export interface VaultScope {
  /** The server's address. */
  readonly url: string;
  /** Undefined when anonymous. */
  readonly user: string | undefined;
}

/**
 * Where a client keeps what outlives its page, for one user of one server.
 *
 * Nothing of it throws, or is waited for: what cannot be written is reported to `VaultPorts.report`, and the client goes
 * on from memory.
 */
export interface Vault {
  readonly user: string | undefined;
  /** What earlier pages left, oldest first. What a page that is still open left is not among it. */
  readonly publishes: readonly StoredPublish[];
  /** Where earlier pages stood, by channel. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Keeps a publish, in place of one with the same message id. */
  save(publish: StoredPublish): void;
  remove(messageId: string): void;
  /** Keeps where a channel stands, unless another page is further; undefined forgets the channel. */
  savePosition(channel: string, position: Position | undefined): void;
  /** Lets go of it. What was written stays. */
  close(): void;
}

/** What a vault needs of the client. */
export interface VaultPorts {
  readonly now: () => number;
  /** Told what could not be read or written. */
  readonly report: (cause: unknown) => void;
}

/** Opens the vault of one user. Rejects when there is no storage. */
export type OpenVault = (scope: VaultScope, ports: VaultPorts) => Promise<Vault>;
