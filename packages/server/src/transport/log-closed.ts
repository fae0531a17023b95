import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Session } from "../core/session.ts";

/** A client whose connection has come to its end. */
interface ClosedPeer {
  /** null: it never came so far. */
  readonly session: Session | null;
  readonly openedAtMs: number;
}

/** Who is told of it. */
export interface ClosedPorts {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Told the code that the client was given, for the figures. */
  readonly onClosed: (code: number) => void;
}

/** Logs and counts the end of a client's connection, by whatever door it came. */
export function logClosed(
  { session, openedAtMs }: ClosedPeer,
  code: number,
  reason: string,
  { logger, clock, onClosed }: ClosedPorts,
): void {
  const who = { connection: session?.connection, user: session?.user ?? undefined };
  onClosed(code);
  const openMs = Math.round(clock.nowMs() - openedAtMs);
  logger.info({ event: "connection.closed", ...who, code, reason, openMs }, "connection closed");
}
