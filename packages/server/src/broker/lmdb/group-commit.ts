import type { Message } from "../../core/message.ts";
import { oldestMs } from "../deliveries.ts";
import type { CommitObserver, Schedule, StoreStatus } from "../store.ts";
import type { Environment, Writer } from "./environment.ts";
import { META_PROBE } from "./keys.ts";

const FIRST_PROBE_MS = 250;
const LONGEST_PROBE_MS = 5_000;

/** Something that takes part in a group: one stream's appends, one turn's cursors. */
export interface Member {
  /** Whether it waits for the disk; otherwise the commit is enough. */
  readonly flush: boolean;
  /** Called once, when the group leaves: nothing joins after it. */
  write(writer: Writer): void;
  /** Everything is kept. */
  kept(): void;
  /** Nothing counts: go back to what was kept last. */
  lost(): void;
  /**
   * Takes back whatever a failed group may have left, and says again what was kept last.
   *
   * A failing flush can leave a committed transaction behind. Called any number of times.
   */
  repair(writer: Writer): void;
}

/** Members that are committed together. */
export class Group {
  readonly members: Member[] = [];
  /** What is delivered once the group is kept, in the order of the appends. */
  readonly messages: Message[] = [];
  /** Resolves with whether the group was kept, after its members were told. */
  readonly settled: Promise<boolean>;
  #settle: (kept: boolean) => void = () => {};

  constructor() {
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  settle(kept: boolean): void {
    this.#settle(kept);
  }
}

/** What group commit needs. */
export interface GroupCommitOptions {
  readonly environment: Environment;
  readonly schedule: Schedule;
  /** Told of the messages of a kept group, after its members and before `settled` resolves. */
  readonly onKept: (messages: readonly Message[]) => void;
  readonly observer?: CommitObserver | undefined;
}

/**
 * Writes in groups: one transaction is on its way, and everything that comes meanwhile is the next.
 *
 * The slower the disk, the larger the groups. When a group fails, the one behind it fails too, since it was planned on top. From then on
 * nothing is accepted, until a transaction that takes the failed group back has reached the disk; it is tried again and again.
 */
export class GroupCommit {
  readonly #environment: Environment;
  readonly #schedule: Schedule;
  readonly #onKept: (messages: readonly Message[]) => void;
  readonly #observer: CommitObserver | undefined;
  readonly #listeners: ((status: StoreStatus) => void)[] = [];
  #open = new Group();
  #flying: Group | null = null;
  #leaving = false;
  #toRepair: readonly Member[] = [];
  #probeDelayMs = FIRST_PROBE_MS;
  #cancelProbe: (() => void) | null = null;
  #probing: Promise<void> | null = null;
  #closed = false;
  #status: StoreStatus = { available: true };

  constructor({ environment, schedule, onKept, observer }: GroupCommitOptions) {
    this.#environment = environment;
    this.#schedule = schedule;
    this.#onKept = onKept;
    this.#observer = observer;
  }

  get status(): StoreStatus {
    return this.#status;
  }

  /** The time of the oldest message on its way to the disk; null when none is. */
  get oldestMs(): number | null {
    return oldestMs([...(this.#flying?.messages ?? []), ...this.#open.messages]);
  }

  onStatus(callback: (status: StoreStatus) => void): void {
    this.#listeners.push(callback);
  }

  /**
   * The group that takes members now, or null while nothing can be written.
   *
   * It leaves at the end of this task at the earliest, so whoever asks for it must join in the same step.
   */
  join(): Group | null {
    if (this.#closed || !this.#status.available) return null;
    if (this.#flying === null && !this.#leaving) {
      this.#leaving = true;
      queueMicrotask(() => this.#leave());
    }
    return this.#open;
  }

  /** Waits for what is on its way and accepts nothing more; resolves with whether all of it was kept. */
  async close(): Promise<boolean> {
    this.#closed = true;
    this.#cancelProbe?.();
    // A group that was about to leave is on its way after this.
    await Promise.resolve();
    while (this.#flying !== null) await this.#flying.settled;
    await this.#probing;
    const kept = this.#status.available;
    this.#setStatus({ available: false, reason: "the store is closed" });
    return kept;
  }

  #leave(): void {
    this.#leaving = false;
    const group = this.#open;
    // A listener that published in the meantime has sent the group off already.
    if (this.#flying !== null || group.members.length === 0) return;
    this.#open = new Group();
    this.#flying = group;
    const startedAtMs = this.#observer?.clock.nowMs() ?? 0;
    void this.#commit(group.members, (member, writer) => member.write(writer)).then(
      () => {
        this.#observe(true, startedAtMs);
        this.#keep(group);
      },
      (error: unknown) => {
        this.#observe(false, startedAtMs);
        this.#fail(group, error);
      },
    );
  }

  #observe(kept: boolean, startedAtMs: number): void {
    this.#observer?.committed(kept, this.#observer.clock.nowMs() - startedAtMs);
  }

  async #commit(members: readonly Member[], fill: (member: Member, writer: Writer) => void): Promise<void> {
    const commit = this.#environment.write((writer) => {
      for (const member of members) fill(member, writer);
    });
    await commit.committed;
    if (members.some((member) => member.flush)) await commit.flushed;
  }

  #keep(group: Group): void {
    this.#flying = null;
    for (const member of group.members) member.kept();
    this.#onKept(group.messages);
    group.settle(true);
    this.#leave();
  }

  #fail(group: Group, error: unknown): void {
    const behind = this.#open;
    this.#open = new Group();
    this.#flying = null;
    this.#leaving = false;
    this.#toRepair = group.members;
    // The status goes first: members and publishers that are told must not find the store open.
    this.#setStatus({ available: false, reason: `writing failed: ${describe(error)}` });
    for (const lost of [behind, group]) {
      for (const member of lost.members) member.lost();
      lost.settle(false);
    }
    this.#probeDelayMs = FIRST_PROBE_MS;
    this.#probeLater();
  }

  #probeLater(): void {
    if (this.#closed) return;
    this.#cancelProbe = this.#schedule(this.#probeDelayMs, () => {
      this.#probing = this.#probe().finally(() => {
        this.#probing = null;
      });
    });
    this.#probeDelayMs = Math.min(this.#probeDelayMs * 2, LONGEST_PROBE_MS);
  }

  async #probe(): Promise<void> {
    try {
      // LMDB refuses even reads once it could not write its own header, and a write would then wait for ever.
      this.#environment.get(META_PROBE);
    } catch (error) {
      const reason = `restart the server: ${describe(error)}`;
      this.#setStatus({ available: false, reason, needsRestart: true });
      return;
    }
    try {
      const commit = this.#environment.write((writer) => {
        writer.put(META_PROBE, Buffer.from("1"));
        for (const member of this.#toRepair) member.repair(writer);
      });
      await commit.committed;
      await commit.flushed;
    } catch {
      this.#probeLater();
      return;
    }
    this.#toRepair = [];
    this.#setStatus({ available: true });
  }

  #setStatus(status: StoreStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
