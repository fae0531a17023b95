import { ANONYMOUS, type Claims, type Identify, type Identity } from "./identity.ts";
import type { Outbox } from "./outbox.ts";
import { PendingConnects } from "./pending-connects.ts";
import type { RequestId } from "./push.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Ending, Sessions } from "./sessions.ts";
import type { WantedSubscription } from "./subscribe.ts";
import type { TurnedAway } from "./turned-away.ts";

/** One client's way in: where its answers go, and whether it is still there. */
export interface Door {
  readonly outbox: Outbox;
  /** Whether an answer can still reach the client. */
  readonly isOpen: boolean;
}

/** What a client asks for when it connects. */
export interface ConnectAttempt {
  readonly request: RequestId;
  readonly claims: Claims;
  /** The secret of a session to take over; null for a new one. */
  readonly sessionId: string | null;
  readonly subscriptions: readonly WantedSubscription[];
}

/** What connecting works with. */
export interface ConnectingPorts {
  readonly identify: Identify;
  readonly sessions: Sessions;
  readonly turnedAway: Pick<TurnedAway, "remember">;
  /** A bug: told, and answered with an `internal` error. */
  readonly report: (error: unknown) => void;
}

/** How connecting ended; null: the client is gone, or was told already. */
type Outcome = Session | Refusal | null;

/** Finds out who a client is and gives it its session; the one way in for every transport. */
export class Connecting {
  readonly #ports: ConnectingPorts;
  readonly #pending = new PendingConnects();

  constructor(ports: ConnectingPorts) {
    this.#ports = ports;
  }

  /**
   * Connects a client, at once where its identity is known at once.
   *
   * While it waits, the caller keeps the client's further commands, in their order. Who went away meanwhile gets no session, and who was
   * sent away meanwhile is told so and closed. A refusal has written nothing; the caller tells the client.
   */
  connect(door: Door, attempt: ConnectAttempt): Outcome | Promise<Outcome> {
    const identity = this.#ports.identify(attempt.claims);
    return identity instanceof Promise
      ? this.#wait(door, attempt, identity)
      : this.#enter(door, attempt, identity);
  }

  /** A user is sent away, from one device (null: from all): also the user's connects that wait now. */
  sendAway(user: string, device: string | null, ending: Ending): void {
    this.#pending.kicked(user, device, ending);
  }

  async #wait(
    door: Door,
    attempt: ConnectAttempt,
    identified: Promise<Identity | Refusal>,
  ): Promise<Outcome> {
    const pending = this.#pending.begin();
    try {
      const identity = await identified;
      if (!door.isOpen) return null;
      const { user, device } = "code" in identity ? ANONYMOUS : identity;
      const ending = user === null ? null : this.#pending.endingOf(pending, user, device);
      if (ending === null) return this.#enter(door, attempt, identity);
      const { outbox } = door;
      outbox.write(outbox.encoding.push({ kind: "disconnect", ...ending }));
      outbox.close(ending.code, ending.reason);
      return null;
    } catch (error) {
      this.#ports.report(error);
      return refuse("internal");
    } finally {
      this.#pending.end(pending);
    }
  }

  #enter(door: Door, attempt: ConnectAttempt, identity: Identity | Refusal): Session | Refusal {
    if ("code" in identity) return identity;
    const session = this.#ports.sessions.connect(door.outbox, { ...attempt, identity });
    const { token } = attempt.claims;
    if ("code" in session && token !== undefined) this.#ports.turnedAway.remember(token, identity);
    return session;
  }
}
