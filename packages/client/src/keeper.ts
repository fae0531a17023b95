import type { Position } from "@tidewire/protocol";
import type { Outbox } from "./outbox.ts";
import type { Registry } from "./registry.ts";

/** Whose data to keep, and who else has to do with it. */
export interface KeeperPorts {
  /** The server's address. */
  readonly url: string;
  /** Who this is when there is no token. */
  readonly user: string | undefined;
  readonly now: () => number;
  /** Told what could not be read or written. */
  readonly report: (cause: unknown) => void;
  readonly outbox: Outbox;
  readonly registry: Registry;
}

/** Keeps what a client with `persist` has across pages, for the right user. */
export interface Keeper {
  /** Whether one need not wait for `open` before connecting. */
  readonly isReady: boolean;
  /** Opens what the user whom the token names has left. A failure is reported. Never rejects. */
  open(token: string | undefined): Promise<void>;
  /** The server has said who this is. */
  userIs(user: string | undefined): void;
  /** Where an earlier page stood in a channel. */
  positionOf(channel: string): Position | undefined;
  /** Keeps where a channel stands; undefined forgets it. */
  moved(channel: string, position: Position | undefined): void;
  /** Lets go of it all. What is kept stays kept. */
  close(): void;
}
