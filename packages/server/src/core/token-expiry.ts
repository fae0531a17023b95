import type { Clock } from "../base/clock.ts";
import { NOT_SCHEDULED, type TimerWheel, type WheelEntry } from "../base/timer-wheel.ts";
import type { Session } from "./session.ts";

/** How long before its end a token is asked to be replaced, and how long after it its session may stay. */
export interface TokenTimes {
  /** Half of what the token still lasts, when that is shorter. */
  readonly refreshBeforeMs: number;
  /** How far the clocks of the server and of whoever issued the token may differ. */
  readonly clockToleranceMs: number;
}

/** What watching works with. */
export interface TokenExpiryPorts extends TokenTimes {
  /** Runs on a clock that never jumps. */
  readonly wheel: TimerWheel;
  /** The wall clock, which tokens go by. */
  readonly clock: Clock;
  /** The session's token has ended. */
  readonly expired: (session: Session) => void;
}

/** The wall clock may be set at any time, so it is looked at so often even when nothing is near. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Sees to it that no session outlives the token it stands on.
 *
 * A while before the end the client is asked for a newer one. A session costs an entry in the shared wheel, and one whose identity never
 * ends costs nothing.
 */
export class TokenExpiry {
  readonly #ports: TokenExpiryPorts;

  constructor(ports: TokenExpiryPorts) {
    this.#ports = ports;
  }

  /** Watches the session's identity from now on, in the place of the one it had before. */
  watch(session: Session): void {
    this.forget(session);
    const { expiresAtMs } = session.identity;
    if (expiresAtMs === null) return;
    const lastsMs = expiresAtMs - this.#ports.clock.nowMs();
    const askAtMs = expiresAtMs - Math.min(this.#ports.refreshBeforeMs, lastsMs / 2);
    const watched = new WatchedToken(this, session, expiresAtMs, askAtMs);
    session.watchedToken = watched;
    this.#wait(watched);
  }

  /** The session has ended. */
  forget(session: Session): void {
    if (session.watchedToken !== null) this.#ports.wheel.cancel(session.watchedToken);
    session.watchedToken = null;
  }

  /** Does what it is time for, and waits for what comes next. */
  due(watched: WatchedToken): void {
    const { session, expiresAtMs, askAtMs } = watched;
    const { clock, clockToleranceMs, expired } = this.#ports;
    const nowMs = clock.nowMs();
    if (nowMs >= expiresAtMs + clockToleranceMs) return expired(session);
    if (!watched.asked && nowMs >= askAtMs) {
      watched.asked = true;
      session.push({ kind: "refresh", expiresInMs: Math.max(0, Math.round(expiresAtMs - nowMs)) });
    }
    this.#wait(watched);
  }

  #wait(watched: WatchedToken): void {
    const { wheel, clock, clockToleranceMs } = this.#ports;
    const nextAtMs = watched.asked ? watched.expiresAtMs + clockToleranceMs : watched.askAtMs;
    wheel.schedule(watched, Math.min(nextAtMs - clock.nowMs(), LONGEST_WAIT_MS));
  }
}

/** The token of one session, on its way to its end. */
class WatchedToken implements WheelEntry {
  wheelPlace = NOT_SCHEDULED;
  asked = false;
  readonly session: Session;
  readonly expiresAtMs: number;
  readonly askAtMs: number;
  readonly #expiry: TokenExpiry;

  constructor(expiry: TokenExpiry, session: Session, expiresAtMs: number, askAtMs: number) {
    this.#expiry = expiry;
    this.session = session;
    this.expiresAtMs = expiresAtMs;
    this.askAtMs = askAtMs;
  }

  onDue(): void {
    this.#expiry.due(this);
  }
}
