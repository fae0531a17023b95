import type { Queue, QueueChange, Queued, Queues } from "../../core/queue.ts";
import { StoreDamaged, StoreTooNew } from "../store-errors.ts";
import type { Environment, Writer } from "./environment.ts";
import type { GroupCommit, Member } from "./group-commit.ts";
import {
  allQueues,
  eventKey,
  eventsFrom,
  hashQueue,
  markKey,
  marksOf,
  queueKey,
  sequenceOfEventKey,
} from "./keys.ts";

/*
 * An event, version 1: version(1) = 1 · time in ms(6) · JSON. A mark is the subject, and a queue is its name.
 */
const VERSION = 1;
const HEADER_BYTES = 7;

/** Keys that one transaction of a dropped queue removes. */
const DROP_BATCH = 10_000;

/** Queues on disk. What is put waits for the disk like a message; what is removed does not. */
export class LmdbQueues implements Queues {
  readonly #environment: Environment;
  readonly #commits: GroupCommit;

  constructor(environment: Environment, commits: GroupCommit) {
    this.#environment = environment;
    this.#commits = commits;
  }

  open(name: string): Queue {
    return new LmdbQueue(name, this.#environment, this.#commits);
  }

  names(): readonly string[] {
    return [...this.#environment.entries(allQueues())].map(({ value }) => value.toString()).toSorted();
  }

  async drop(name: string): Promise<boolean> {
    const queue = hashQueue(name);
    for (;;) {
      const keys = [eventsFrom(queue, 0), marksOf(queue)].flatMap((range) =>
        [...this.#environment.entries({ ...range, limit: DROP_BATCH })].map(({ key }) => key),
      );
      // The name goes last: a queue that is half dropped is found again.
      const removed = keys.length === 0 ? [queueKey(queue)] : keys;
      if (!(await join(this.#commits, new Removal(removed)))) return false;
      if (keys.length === 0) return true;
    }
  }
}

class LmdbQueue implements Queue {
  readonly #name: string;
  readonly #hash: Buffer;
  readonly #environment: Environment;
  readonly #commits: GroupCommit;
  #length = 0;
  #bytes = 0;
  #last = 0;

  constructor(name: string, environment: Environment, commits: GroupCommit) {
    this.#name = name;
    this.#hash = hashQueue(name);
    this.#environment = environment;
    this.#commits = commits;
    for (const { key, value } of environment.entries(eventsFrom(this.#hash, 0))) {
      this.#length += 1;
      this.#bytes += value.length - HEADER_BYTES;
      this.#last = sequenceOfEventKey(key);
    }
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  put({ add, mark, unmark }: QueueChange): Promise<boolean> {
    const events = add.map(({ timeMs, json }) => {
      this.#last += 1;
      return { key: eventKey(this.#hash, this.#last), value: encodeEvent(timeMs, json) };
    });
    const bytes = events.reduce((sum, { value }) => sum + value.length - HEADER_BYTES, 0);
    this.#count(events.length, bytes);
    const marks = mark.map((subject) => ({
      key: markKey(this.#hash, subject),
      value: Buffer.from(subject),
    }));
    const member = new Put(
      [{ key: queueKey(this.#hash), value: Buffer.from(this.#name) }, ...events, ...marks],
      unmark.map((subject) => markKey(this.#hash, subject)),
      () => this.#count(-events.length, -bytes),
    );
    return join(this.#commits, member);
  }

  read(after: number, maxEvents: number, maxBytes: number): readonly Queued[] {
    const page: Queued[] = [];
    let bytes = 0;
    const range = { ...eventsFrom(this.#hash, after + 1), limit: maxEvents };
    for (const { key, value } of this.#environment.entries(range)) {
      bytes += value.length - HEADER_BYTES;
      if (page.length > 0 && bytes > maxBytes) break;
      page.push(decodeEvent(sequenceOfEventKey(key), value));
    }
    return page;
  }

  remove(events: readonly Queued[]): void {
    const bytes = events.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
    this.#count(-events.length, -bytes);
    void join(this.#commits, new Removal(events.map(({ sequence }) => eventKey(this.#hash, sequence))));
  }

  marks(): readonly string[] {
    return [...this.#environment.entries(marksOf(this.#hash))].map(({ value }) => value.toString());
  }

  #count(events: number, bytes: number): void {
    this.#length += events;
    this.#bytes += bytes;
  }
}

/** Lets a member take part in the next group; resolves with whether it was kept. */
function join(commits: GroupCommit, member: Member): Promise<boolean> {
  const group = commits.join();
  if (group === null) {
    member.lost();
    return Promise.resolve(false);
  }
  group.members.push(member);
  return group.settled;
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

class Put implements Member {
  readonly flush = true;
  readonly #entries: readonly Entry[];
  readonly #removed: readonly Buffer[];
  readonly #onLost: () => void;

  constructor(entries: readonly Entry[], removed: readonly Buffer[], onLost: () => void) {
    this.#entries = entries;
    this.#removed = removed;
    this.#onLost = onLost;
  }

  write(writer: Writer): void {
    for (const { key, value } of this.#entries) writer.put(key, value);
    for (const key of this.#removed) writer.remove(key);
  }

  kept(): void {}

  lost(): void {
    this.#onLost();
  }

  repair(): void {
    // What a failed flush left behind is told, though it was reported as not kept: twice is allowed, and a mark matches its event.
  }
}

class Removal implements Member {
  readonly flush = false;
  readonly #keys: readonly Buffer[];

  constructor(keys: readonly Buffer[]) {
    this.#keys = keys;
  }

  write(writer: Writer): void {
    for (const key of this.#keys) writer.remove(key);
  }

  kept(): void {}

  lost(): void {
    // The events are told once more after the next start.
  }

  repair(): void {}
}

function encodeEvent(timeMs: number, json: string): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(json));
  bytes[0] = VERSION;
  bytes.writeUIntBE(timeMs, 1, 6);
  bytes.write(json, HEADER_BYTES);
  return bytes;
}

function decodeEvent(sequence: number, bytes: Buffer): Queued {
  if (bytes.length < HEADER_BYTES) throw new StoreDamaged("A stored event is cut off.");
  if (bytes[0] !== VERSION)
    throw new StoreTooNew(`A stored event has format ${bytes[0]}; this version knows ${VERSION}.`);
  return { sequence, timeMs: bytes.readUIntBE(1, 6), json: bytes.toString("utf8", HEADER_BYTES) };
}
