import type { ServerProcess } from "../support/server-process.ts";

/** Where an attack meets its server: what it attacks, and where it tells what it saw. */
export class Arena {
  readonly server: ServerProcess;
  /** Whether there is time for large numbers. */
  readonly isLong: boolean;
  /** What must not be seen in the log. */
  readonly secrets: Set<string>;
  readonly #breaches: string[] = [];
  readonly #outcomes: Map<string, number> = new Map();
  readonly #cleanups: (() => void)[] = [];

  constructor(server: ServerProcess, isLong: boolean) {
    this.server = server;
    this.isLong = isLong;
    this.secrets = new Set([server.apiKey]);
  }

  get port(): number {
    return this.server.port;
  }

  /** For WebSockets, without a path. */
  get wsUrl(): string {
    return this.server.url.replace(/^http/, "ws");
  }

  get breaches(): readonly string[] {
    return this.#breaches;
  }

  /** How much of something is tried. */
  amount(short: number, long: number): number {
    return this.isLong ? long : short;
  }

  /** A defence did not hold. */
  breach(what: string): void {
    this.#breaches.push(what);
  }

  /** Tells a breach when something that must hold does not. */
  expect(holds: boolean, what: string): void {
    if (!holds) this.breach(what);
  }

  /** Counts one try by how it ended. */
  count(outcome: string | number): void {
    const name = String(outcome);
    this.#outcomes.set(name, (this.#outcomes.get(name) ?? 0) + 1);
  }

  /** Says how the tries ended since the last call, the most frequent end first: `401 ×24, closed ×2`. */
  outcomes(): string {
    const ends = [...this.#outcomes].toSorted(([, a], [, b]) => b - a);
    this.#outcomes.clear();
    return ends.map(([name, times]) => (times === 1 ? name : `${name} ×${times}`)).join(", ");
  }

  /** Runs when the attack is over. */
  after(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  /** Takes everything down that the attack has put up, the last first. */
  leave(): void {
    for (const cleanup of this.#cleanups.splice(0).toReversed()) cleanup();
  }
}
