import { channelNameProblem } from "@tidewire/protocol";
import type { Connecting } from "./connecting.ts";
import type { Exclusions } from "./permissions.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Ending, Sessions } from "./sessions.ts";
import type { Subscribing } from "./subscribe.ts";

/** What kicking works with. */
export interface KickingPorts {
  readonly sessions: Sessions;
  readonly connecting: Pick<Connecting, "sendAway">;
  readonly subscribing: Subscribing;
  readonly exclusions: Exclusions;
  /** Told of what was done to whom, for the log. */
  readonly observe: (event: KickEvent, about: Readonly<Record<string, unknown>>) => void;
}

/** What can be done to somebody, as the log names it. */
type KickEvent = "user.kicked" | "user.banned" | "user.unbanned";

/** Whoever was to leave has been told. */
interface Kicked {
  readonly ok: true;
  /** How many sessions were ended. */
  readonly connections: number;
}

/** How far a kick of a user goes. */
export interface KickOptions {
  /** Only the sessions of this device; null: all of them. */
  readonly device: string | null;
  /** Whether the tokens that were issued until now are refused from now on. */
  readonly revoke: boolean;
}

const EVERYWHERE: KickOptions = { device: null, revoke: false };

const NOT_KEPT =
  "It is done, but the store cannot keep it now, and a restart would forget it. Send it again soon.";

/** What an operator or a backend does to somebody: send away, keep out, put into a channel or take out of it. */
export class Kicking {
  readonly #ports: KickingPorts;

  constructor(ports: KickingPorts) {
    this.#ports = ports;
  }

  /**
   * Ends every session of a user, those without transport too; the sessions are refused afterwards.
   *
   * Connects that are still being authenticated and turn out to be the user's end in the same way.
   */
  async disconnectUser(
    user: string,
    ending: Ending,
    { device, revoke }: KickOptions = EVERYWHERE,
  ): Promise<Kicked | Refusal> {
    if (revoke && !this.#ports.exclusions.revokeTokens(user, device, ending.reason)) {
      return refuse("limit_exceeded", "The tokens of too many users are revoked.");
    }
    return this.#whenKept({ ok: true, connections: this.#endAll(user, device, ending) });
  }

  /** Ends one session by its public connection id; `not_found` when there is none. */
  async disconnectConnection(connection: string, ending: Ending): Promise<Kicked | Refusal> {
    const session = this.#ports.sessions.byConnection(connection);
    if (session === undefined) return refuse("not_found", "No connection has this id.");
    this.#ports.sessions.end(session, ending);
    const { code, reason } = ending;
    this.#ports.observe("user.kicked", { user: session.user ?? undefined, connection, code, reason });
    return this.#whenKept({ ok: true, connections: 1 });
  }

  /** Keeps a user out for some time (null: until it is lifted) and ends the user's sessions. */
  async ban(user: string, forMs: number | null, ending: Ending): Promise<Kicked | Refusal> {
    if (!this.#ports.exclusions.ban(user, forMs, ending.reason)) {
      return refuse("limit_exceeded", "There are too many bans. Lift some first.");
    }
    this.#ports.observe("user.banned", { user, forMs, reason: ending.reason });
    return this.#whenKept({ ok: true, connections: this.#endAll(user, null, ending) });
  }

  /** Lifts a ban; `lifted` is false when there was none. */
  unban(user: string): Promise<{ readonly ok: true; readonly lifted: boolean } | Refusal> {
    const lifted = this.#ports.exclusions.unban(user);
    if (lifted) this.#ports.observe("user.unbanned", { user });
    return this.#whenKept({ ok: true, lifted });
  }

  /** Takes all sessions of a user out of a channel without closing them. Returns how many were in it. */
  unsubscribe(user: string, channel: string, reason: string): number {
    return this.#ports.sessions
      .ofUser(user)
      .filter((session) => this.#ports.subscribing.unsubscribe(session, channel, null, reason) === null)
      .length;
  }

  /** Subscribes all connected sessions of a user to a channel, as far as the rules let the user read it. */
  subscribe(user: string, channel: string): { readonly ok: true; readonly sessions: number } | Refusal {
    const problem = channelNameProblem(channel);
    if (problem !== undefined) return refuse("invalid_channel", problem);
    const sessions = this.#ports.sessions
      .ofUser(user)
      .filter((session) => session.outbox !== null && !session.subscriptions.has(channel));
    for (const session of sessions) this.#ports.subscribing.subscribe(session, channel, undefined, null);
    return { ok: true, sessions: sessions.length };
  }

  #endAll(user: string, device: string | null, ending: Ending): number {
    const sessions = this.#ports.sessions
      .ofUser(user)
      .filter(({ identity }) => device === null || identity.device === device);
    for (const session of sessions) this.#ports.sessions.end(session, ending);
    this.#ports.connecting.sendAway(user, device, ending);
    const { code, reason } = ending;
    this.#ports.observe("user.kicked", {
      user,
      device: device ?? undefined,
      code,
      reason,
      connections: sessions.length,
    });
    return sessions.length;
  }

  /** Gives the result once it would survive a restart. It is carried out in any case: repeating it is right. */
  async #whenKept<Result>(result: Result): Promise<Result | Refusal> {
    return (await this.#ports.exclusions.kept()) ? result : refuse("not_available", NOT_KEPT);
  }
}
