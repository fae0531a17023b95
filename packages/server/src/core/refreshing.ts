import type { Claims, Identify, Identity } from "./identity.ts";
import type { Exclusions } from "./permissions.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { Subscribing } from "./subscribe.ts";

/** What refreshing works with. */
export interface RefreshingPorts {
  readonly identify: Identify;
  readonly sessions: Sessions;
  readonly subscribing: Subscribing;
  readonly exclusions: Exclusions;
}

/** What the person reads whose channel ends by a refresh. */
const NO_LONGER_GRANTED = "The new token does not allow this channel.";

/** Puts a newer token into the place of a session's older one, without a new connection. */
export class Refreshing {
  readonly #ports: RefreshingPorts;

  constructor(ports: RefreshingPorts) {
    this.#ports = ports;
  }

  /**
   * Resolves with the session's new identity, or with why it keeps the one it has.
   *
   * The user stays the same. Channels that are no longer allowed are unsubscribed, with a reason. A refusal ends nothing: the older token
   * counts until its own end.
   */
  async refresh(session: Session, claims: Claims & { readonly token: string }): Promise<Identity | Refusal> {
    const identity = await this.#ports.identify(claims);
    if (session.ended) return refuse("session_unknown");
    if ("code" in identity) return identity;
    if (!identity.authenticated) {
      return refuse("bad_request", "This server asks for no tokens, so there is none to refresh.");
    }
    if (identity.user !== session.user) {
      return refuse("token_invalid", "The token is another user's. Connect again to be somebody else.");
    }
    const refusal = this.#ports.exclusions.refusalOf(identity, session.id);
    if (refusal !== null) return refusal;
    this.#ports.sessions.renew(session, identity);
    this.#ports.subscribing.recheck(session, NO_LONGER_GRANTED);
    return identity;
  }
}
