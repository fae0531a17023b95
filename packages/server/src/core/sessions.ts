import { CLOSE, CLOSE_REASONS, inboxOf, mayReconnect } from "@tidewire/protocol";
import type { Clock, RandomId } from "../base/clock.ts";
import type { TimerWheel } from "../base/timer-wheel.ts";
import type { SessionLimit } from "../config/session-limit.ts";
import { Expiry } from "./expiry.ts";
import type { Identity } from "./identity.ts";
import type { Outbox } from "./outbox.ts";
import type { Happenings } from "./happenings.ts";
import type { Exclusions } from "./permissions.ts";
import type { RequestId } from "./push.ts";
import type { Refusal } from "./refusal.ts";
import { Session } from "./session.ts";
import { makeRoom } from "./sign-in.ts";
import type { Subscribing, WantedSubscription } from "./subscribe.ts";
import { TokenExpiry, type TokenTimes } from "./token-expiry.ts";

/** What a client asks for when it connects, once it is known who it is. */
export interface ConnectRequest {
  readonly request: RequestId;
  readonly identity: Identity;
  /** The secret of a session to take over; null for a new one. */
  readonly sessionId: string | null;
  readonly subscriptions: readonly WantedSubscription[];
}

/** What the registry works with. */
export interface SessionsPorts {
  readonly subscribing: Subscribing;
  readonly exclusions: Exclusions;
  readonly clock: Clock;
  /** A clock that never jumps, for the grace time. */
  readonly steadyClock: Clock;
  readonly randomId: RandomId;
  /** The name of the process that holds the sessions. Each session's id begins with it, so that others know whom to ask. */
  readonly owner: string;
  readonly graceMs: number;
  /** Runs on the steady clock. */
  readonly wheel: TimerWheel;
  readonly tokenTimes: TokenTimes;
  /** How often a user may be signed in; null is without limit. */
  readonly limitOf: (user: string) => SessionLimit | null;
  /** Told of a session that had to make room for a newer one, for the log. */
  readonly replaced: (session: Session, ending: Ending) => void;
  readonly happenings: Happenings;
  /** Told who a connection turned out to be, for the log. */
  readonly observe: (session: Session, resumed: boolean) => void;
}

const SESSION_BITS = 144;
const CONNECTION_BITS = 72;

/** Why a session ends: the close code, and the words that its user reads. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
  /** How long the client should wait before it comes back; 0 when it must not or need not. */
  readonly retryAfterMs: number;
}

/** The client may come back at once, with a newer token. */
const TOKEN_EXPIRED: Ending = {
  code: CLOSE.tokenExpired,
  reason: CLOSE_REASONS.tokenExpired,
  retryAfterMs: 0,
};

/**
 * The sessions of this node, from connect to their end.
 *
 * A session that loses its transport keeps its presence for `graceMs`, so that a reload or a change of network is no
 * leaving. Whoever connects with its secret, as the same user, goes on with it.
 */
export class Sessions {
  readonly #ports: SessionsPorts;
  readonly #byId: Map<string, Session> = new Map();
  readonly #byConnection: Map<string, Session> = new Map();
  readonly #byUser: Map<string, Set<Session>> = new Map();
  /** Sessions without transport. */
  readonly #detached: Expiry<Session>;
  /** Sessions that were taken over and may not have asked for all of their channels yet. */
  readonly #returned: Expiry<Session>;
  readonly #expiry: TokenExpiry;

  constructor(ports: SessionsPorts) {
    this.#ports = ports;
    this.#detached = new Expiry(ports.steadyClock, ports.graceMs);
    this.#returned = new Expiry(ports.steadyClock, ports.graceMs);
    const { wheel, clock, tokenTimes } = ports;
    const { refreshBeforeMs, clockToleranceMs } = tokenTimes;
    this.#expiry = new TokenExpiry({
      refreshBeforeMs,
      clockToleranceMs,
      wheel,
      clock,
      expired: (session) => this.end(session, TOKEN_EXPIRED),
    });
  }

  /** Sessions alive, with or without a transport. */
  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<Session> {
    return this.#byId.values();
  }

  /** The session with this secret. */
  bySecret(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  byConnection(connection: string): Session | undefined {
    return this.#byConnection.get(connection);
  }

  ofUser(user: string): readonly Session[] {
    return [...(this.#byUser.get(user) ?? [])];
  }

  /**
   * Gives a transport its session and answers `connected`, then subscribes what was asked for and the user's inbox.
   *
   * A session that is known and belongs to the same user is taken over: its older transport is closed. A refusal has
   * written nothing; the caller tells the client and closes.
   */
  connect(outbox: Outbox, connect: ConnectRequest): Session | Refusal {
    const { user } = connect.identity;
    const refusal = this.#ports.exclusions.refusalOf(connect.identity, connect.sessionId);
    if (refusal !== null) return refusal;
    const known = connect.sessionId === null ? undefined : this.#byId.get(connect.sessionId);
    const resumed = known !== undefined && known.user === user ? known : null;
    const noRoom = resumed === null && user !== null ? this.#makeRoom(user, connect.identity) : null;
    if (noRoom !== null) return noRoom;
    const session = resumed ?? this.#create(connect.identity);
    if (resumed !== null) this.#leaveTransport(resumed);
    session.outbox = outbox;
    session.push({
      kind: "connected",
      request: connect.request,
      connection: session.connection,
      session: session.id,
      user: session.user,
      timeMs: this.#ports.clock.nowMs(),
    });
    this.#ports.observe(session, resumed !== null);
    this.renew(session, connect.identity);
    if (resumed === null) this.#ports.happenings.sessionBegan(session);
    this.#ports.subscribing.subscribeAll(session, connect.subscriptions, null);
    for (const channel of connect.identity.subscribe) this.#subscribeOnce(session, channel);
    if (user !== null) this.#subscribeOnce(session, inboxOf(user));
    return session;
  }

  /** Gives a session the newer identity of the same user, which counts from now on. */
  renew(session: Session, identity: Identity): void {
    session.identity = identity;
    this.#expiry.watch(session);
  }

  /** Takes note that a transport is gone. A normal close (1000) ends the session; otherwise it may be taken over. */
  detach(session: Session, outbox: Outbox, closeCode: number): void {
    if (session.outbox !== outbox) return;
    session.outbox = null;
    // The grace time begins anew: what is left of an earlier return must not cut it short.
    this.#returned.delete(session);
    this.#ports.subscribing.suspendAll(session);
    if (closeCode === 1000) this.#remove(session);
    else this.#detached.add(session);
  }

  /**
   * Ends a session now, with or without a transport: the client is told why and closed.
   *
   * With a code that forbids coming back the session is refused from now on.
   */
  end(session: Session, ending: Ending): void {
    if (session.ended) return;
    if (!mayReconnect(ending.code)) this.#ports.exclusions.killSession(session.id, ending.reason);
    this.#ports.subscribing.suspendAll(session);
    const { outbox } = session;
    session.push({ kind: "disconnect", ...ending });
    session.outbox = null;
    this.#remove(session);
    outbox?.close(ending.code, ending.reason);
  }

  /** Ends what has waited for its client for longer than the grace time. To be called now and then. */
  expire(): void {
    for (const session of this.#detached.take()) this.#remove(session);
    for (const session of this.#returned.take()) this.#ports.subscribing.endLingering(session);
  }

  /** Ends sessions of the user until one more fits; a refusal when none does. */
  #makeRoom(user: string, newcomer: Identity): Refusal | null {
    const limit = this.#ports.limitOf(user);
    if (limit === null) return null;
    const leaving = makeRoom(this.ofUser(user), newcomer, limit);
    if ("code" in leaving) return leaving;
    for (const { session, ending } of leaving) {
      this.end(session, ending);
      this.#ports.replaced(session, ending);
    }
    return null;
  }

  #create(identity: Identity): Session {
    const { randomId, owner, clock } = this.#ports;
    const id = `${owner}.${randomId(SESSION_BITS)}`;
    const session = new Session(id, randomId(CONNECTION_BITS), identity, clock.nowMs());
    this.#byId.set(session.id, session);
    this.#byConnection.set(session.connection, session);
    if (session.user !== null) {
      const others = this.#byUser.get(session.user);
      if (others === undefined) this.#byUser.set(session.user, new Set([session]));
      else others.add(session);
    }
    return session;
  }

  #leaveTransport(session: Session): void {
    const older = session.outbox;
    this.#ports.subscribing.suspendAll(session);
    session.push({
      kind: "disconnect",
      code: CLOSE.sessionTaken,
      reason: CLOSE_REASONS.sessionTaken,
      retryAfterMs: 0,
    });
    session.outbox = null;
    older?.close(CLOSE.sessionTaken, CLOSE_REASONS.sessionTaken);
    this.#detached.delete(session);
    this.#returned.add(session);
  }

  #subscribeOnce(session: Session, channel: string): void {
    if (!session.subscriptions.has(channel)) {
      this.#ports.subscribing.subscribe(session, channel, undefined, null);
    }
  }

  #remove(session: Session): void {
    session.ended = true;
    this.#expiry.forget(session);
    this.#detached.delete(session);
    this.#returned.delete(session);
    this.#byId.delete(session.id);
    this.#byConnection.delete(session.connection);
    this.#ports.subscribing.endLingering(session);
    this.#ports.happenings.sessionEnded(session);
    if (session.user === null) return;
    const others = this.#byUser.get(session.user);
    others?.delete(session);
    if (others?.size === 0) this.#byUser.delete(session.user);
  }
}
