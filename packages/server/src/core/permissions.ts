import type { ChannelOptions } from "../config/channel-options.ts";
import type { Verdict } from "./control.ts";
import type { Identity } from "./identity.ts";
import type { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/** The port to what the rules say about a channel. The answer is the same object as long as the rules are. */
export type ResolveOptions = (channel: string) => ChannelOptions;

/** What the rules say: no, yes (null), or that the backend is to be asked. */
export type Permission = Refusal | "ask" | null;

/** The port to the rules about who may do what. */
export interface Permissions {
  maySubscribe(session: Session, channel: string, options: ChannelOptions): Permission;
  /** About a pattern as a whole: each of its channels is still asked about, and the backend is not. */
  maySubscribePattern(session: Session, pattern: string, options: ChannelOptions): Refusal | null;
  mayPublish(session: Session, channel: string, options: ChannelOptions): Permission;
}

/** What it takes to know whether somebody is kept out. */
export type Excludable = Pick<Identity, "user" | "device" | "authenticated" | "issuedAtMs">;

/** The port to who is kept out: banned users, killed sessions, revoked tokens. What is decided here holds at once. */
export interface Exclusions {
  /** Why somebody, or a session, may not be here; null when both may. */
  refusalOf(identity: Excludable, sessionId: string | null): Refusal | null;
  /** Why the session with this hash may not be here; null when it may. */
  refusalOfHash(sessionHash: string): Refusal | null;
  /** Refuses this session for 24 hours, with this reason. */
  killSession(sessionId: string, reason: string): void;
  /** Keeps a user out for some time, null for good; false when there is no room for another ban. */
  ban(user: string, forMs: number | null, reason: string): boolean;
  /** Lifts a ban; false when there was none. */
  unban(user: string): boolean;
  /**
   * Refuses the user's tokens that were issued until now, or that do not say when; with a device only those for this device.
   *
   * It holds for good, since nobody knows how long such tokens live. False when there is no room.
   */
  revokeTokens(user: string, device: string | null, reason: string): boolean;
  banOf(user: string): Verdict | undefined;
  /**
   * Waits until everything that was decided so far survives a restart. False: the store cannot keep it now.
   *
   * Asking again tries again.
   */
  kept(): Promise<boolean>;
}
