import type { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/** A message that a client wants to publish, as the backend is asked about it. */
export interface ClientMessage {
  readonly channel: string;
  readonly dataJson: string;
  readonly id: string | null;
  readonly key: string | null;
}

/** The backend said yes; `dataJson` is what it wants published, or what it answers to an rpc. */
export interface HookData {
  readonly ok: true;
  readonly dataJson: string;
}

/** The port to the backend that decides. A hook that is not configured is null; a backend that does not answer refuses. */
export interface Hooks {
  readonly subscribe: ((session: Session, channel: string) => Promise<Refusal | null>) | null;
  readonly publish: ((session: Session, message: ClientMessage) => Promise<Refusal | HookData>) | null;
  readonly rpc: ((session: Session, method: string, dataJson: string) => Promise<Refusal | HookData>) | null;
}

/** Without a backend. */
export const NO_HOOKS: Hooks = { subscribe: null, publish: null, rpc: null };
