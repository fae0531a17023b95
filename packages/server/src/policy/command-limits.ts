import type { Clock } from "../base/clock.ts";
import type { Rate } from "../base/rate.ts";
import type { LimitName } from "../config/limit-table.ts";
import type { CommandRates } from "../core/command-rates.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import type { Session } from "../core/session.ts";
import { RateTable } from "./rate-table.ts";

/** How much may come from clients. null: no limit. */
export interface CommandLimitsOptions {
  readonly messagesPerConnection: Rate | null;
  readonly messagesPerUser: Rate | null;
  readonly bytesPerConnection: Rate | null;
  readonly bytesPerUser: Rate | null;
}

/** A rate for each connection, and one for each user. */
interface Pair {
  readonly connections: RateTable;
  readonly users: RateTable;
}

/**
 * Bounds the commands and bytes of each connection, and of each user over all of their sessions.
 *
 * What a user has spent survives reconnects. A session that sends nothing costs nothing here.
 */
export class CommandLimits implements CommandRates {
  readonly #hits: LimitHits;
  readonly #messages: Pair;
  readonly #bytes: Pair;

  constructor(options: CommandLimitsOptions, clock: Clock, hits: LimitHits) {
    this.#hits = hits;
    this.#messages = {
      connections: new RateTable(options.messagesPerConnection, clock),
      users: new RateTable(options.messagesPerUser, clock),
    };
    this.#bytes = {
      connections: new RateTable(options.bytesPerConnection, clock),
      users: new RateTable(options.bytesPerUser, clock),
    };
  }

  /** Takes over other rates. A rate that stays the same goes on where it is. */
  change(options: CommandLimitsOptions): void {
    this.#messages.connections.change(options.messagesPerConnection);
    this.#messages.users.change(options.messagesPerUser);
    this.#bytes.connections.change(options.bytesPerConnection);
    this.#bytes.users.change(options.bytesPerUser);
  }

  takeCommand(session: Session): number {
    const { connections, users } = this.#messages;
    const waitMs = connections.take(session.connection);
    if (waitMs > 0) return this.#reached("messages_per_connection", session, waitMs);
    const userWaitMs = session.user === null ? 0 : users.take(session.user);
    return userWaitMs > 0 ? this.#reached("messages_per_user", session, userWaitMs) : 0;
  }

  spendBytes(session: Session, bytes: number): number {
    const { connections, users } = this.#bytes;
    const waitMs = connections.spend(session.connection, bytes);
    const userWaitMs = session.user === null ? 0 : users.spend(session.user, bytes);
    if (userWaitMs > waitMs) return this.#reached("bytes_per_user", session, userWaitMs);
    return waitMs > 0 ? this.#reached("bytes_per_connection", session, waitMs) : 0;
  }

  #reached(limit: LimitName, { connection, user }: Session, waitMs: number): number {
    this.#hits.hit(limit, { connection, user: user ?? undefined });
    return waitMs;
  }
}
