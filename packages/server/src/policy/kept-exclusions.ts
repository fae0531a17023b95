import type { Clock } from "../base/clock.ts";
import type { Control, Verdict, VerdictChange, VerdictKind } from "../core/control.ts";
import type { Excludable, Exclusions } from "../core/permissions.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { VerdictList } from "./verdict-list.ts";

/** How long a killed session is refused. Its client has long found another one, or given up. */
const SESSION_KEEP_MS = 24 * 3_600_000;

/** About 25 MB when all of them are there. */
const MAX_VERDICTS_PER_KIND = 100_000;

/** What the exclusions work with. */
export interface KeptExclusionsPorts {
  readonly clock: Clock;
  readonly control: Control;
  /** A session's id is a secret: only what this makes of it is kept. */
  readonly hash: (sessionId: string) => string;
  readonly maxPerKind?: number;
}

interface UnkeptChange {
  readonly change: VerdictChange;
  /** Counts up with each change. */
  readonly number: number;
}

/**
 * Who is kept out, in memory for the doors and in the store for the next start.
 *
 * A verdict holds at once; `kept` tells when it would also survive the process. Bounded: a ban that finds no room is refused rather than
 * another one lifted, while of the killed sessions the oldest are forgotten.
 */
export class KeptExclusions implements Exclusions {
  readonly #ports: KeptExclusionsPorts;
  readonly #lists: Readonly<Record<VerdictKind, VerdictList>>;
  /** What the store has yet to keep, by what it is about. */
  readonly #unkept = new Map<string, UnkeptChange>();
  #changeCount = 0;
  #writing: Promise<boolean> | null = null;

  /** `kept` is what the store has kept of the last run. */
  constructor(ports: KeptExclusionsPorts, kept: readonly Verdict[]) {
    this.#ports = ports;
    const list = () => new VerdictList(ports.clock, ports.maxPerKind ?? MAX_VERDICTS_PER_KIND);
    this.#lists = { ban: list(), session: list(), tokens: list() };
    for (const verdict of kept.toSorted((a, b) => a.sinceMs - b.sinceMs)) {
      this.#lists[verdict.kind].add(verdict);
    }
  }

  refusalOf(identity: Excludable, sessionId: string | null): Refusal | null {
    const { user } = identity;
    const ban = user === null ? undefined : this.banOf(user);
    if (ban !== undefined) return refuse("banned", ban.reason);
    const revoked = user === null ? undefined : this.#revocationOf(user, identity);
    if (revoked !== undefined) return refuse("session_refused", revoked.reason);
    return sessionId === null ? null : this.refusalOfHash(this.#ports.hash(sessionId));
  }

  refusalOfHash(sessionHash: string): Refusal | null {
    const killed = this.#lists.session.find(sessionHash);
    return killed === undefined ? null : refuse("session_refused", killed.reason);
  }

  killSession(sessionId: string, reason: string): void {
    const { session } = this.#lists;
    const subject = this.#ports.hash(sessionId);
    const oldest = session.isFull && !session.has(subject) ? session.oldest : undefined;
    if (oldest !== undefined) this.#forget(oldest);
    this.#keep("session", subject, reason, SESSION_KEEP_MS);
  }

  ban(user: string, forMs: number | null, reason: string): boolean {
    if (!this.#hasRoom("ban", user)) return false;
    this.#keep("ban", user, reason, forMs);
    return true;
  }

  unban(user: string): boolean {
    const ban = this.banOf(user);
    if (ban !== undefined) this.#forget(ban);
    return ban !== undefined;
  }

  revokeTokens(user: string, device: string | null, reason: string): boolean {
    const subject = tokensOf(user, device);
    if (!this.#hasRoom("tokens", subject)) return false;
    this.#keep("tokens", subject, reason, null);
    return true;
  }

  banOf(user: string): Verdict | undefined {
    return this.#lists.ban.find(user);
  }

  kept(): Promise<boolean> {
    if (this.#unkept.size === 0) return Promise.resolve(true);
    return this.#writeSoon();
  }

  /** Forgets what is over, and tries again to keep what the store could not. To be called now and then. */
  sweep(): void {
    for (const list of Object.values(this.#lists)) for (const verdict of list.over()) this.#forget(verdict);
    void this.kept();
  }

  #revocationOf(user: string, { device, authenticated, issuedAtMs }: Excludable): Verdict | undefined {
    if (!authenticated) return undefined;
    const { tokens } = this.#lists;
    const all = tokens.find(tokensOf(user, null));
    const ofDevice = device === null ? undefined : tokens.find(tokensOf(user, device));
    return [all, ofDevice].find(
      (revoked) => revoked !== undefined && (issuedAtMs === null || issuedAtMs <= revoked.sinceMs),
    );
  }

  #hasRoom(kind: VerdictKind, subject: string): boolean {
    const list = this.#lists[kind];
    if (list.has(subject)) return true;
    if (list.isFull) for (const verdict of list.over()) this.#forget(verdict);
    return !list.isFull;
  }

  #keep(kind: VerdictKind, subject: string, reason: string, forMs: number | null): void {
    const sinceMs = this.#ports.clock.nowMs();
    const untilMs = forMs === null ? null : sinceMs + forMs;
    const verdict = { kind, subject, reason, sinceMs, untilMs };
    this.#lists[kind].add(verdict);
    this.#change({ kind, subject, verdict });
  }

  #forget({ kind, subject }: Verdict): void {
    this.#lists[kind].delete(subject);
    this.#change({ kind, subject, verdict: null });
  }

  #change(change: VerdictChange): void {
    this.#changeCount += 1;
    this.#await(change, this.#changeCount);
    void this.#writeSoon();
  }

  /** Of changes about the same, the newest counts. */
  #await(change: VerdictChange, number: number): void {
    const key = `${change.kind} ${change.subject}`;
    const other = this.#unkept.get(key);
    if (other === undefined || other.number < number) this.#unkept.set(key, { change, number });
  }

  /** What changes in one step is written together. */
  #writeSoon(): Promise<boolean> {
    this.#writing ??= Promise.resolve().then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<boolean> {
    const changes = [...this.#unkept.values()];
    this.#unkept.clear();
    this.#writing = null;
    const kept = await this.#ports.control.write(changes.map(({ change }) => change));
    if (!kept) for (const { change, number } of changes) this.#await(change, number);
    return kept;
  }
}

/** The subject of a verdict about tokens. No user id can be mistaken for a user's device. */
function tokensOf(user: string, device: string | null): string {
  return JSON.stringify(device === null ? [user] : [user, device]);
}
