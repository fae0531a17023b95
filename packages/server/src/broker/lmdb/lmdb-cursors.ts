import type { Clock } from "../../base/clock.ts";
import type { Cursors, Receipt } from "../../core/cursors.ts";
import { StreamsUnavailable } from "../../core/streams.ts";
import { StoreDamaged, StoreTooNew } from "../store-errors.ts";
import type { Environment, Writer } from "./environment.ts";
import type { Group, GroupCommit, Member } from "./group-commit.ts";
import { cursorKey, cursorsAfter } from "./keys.ts";

/*
 * A reading cursor, version 1: version(1) = 1 · offset(6) · time in ms(6) · user
 */
const VERSION = 1;
const HEADER_BYTES = 13;

/** Reading cursors on disk. They wait for the disk like a message: an acknowledged `ack` survives a power cut. */
export class LmdbCursors implements Cursors {
  readonly #environment: Environment;
  readonly #commits: GroupCommit;
  readonly #clock: Clock;
  /** Cursors on their way to the disk, by their key. */
  readonly #planned = new Map<string, CursorMove>();

  constructor(environment: Environment, commits: GroupCommit, clock: Clock) {
    this.#environment = environment;
    this.#commits = commits;
    this.#clock = clock;
  }

  async get(user: string, channel: string): Promise<number | null> {
    return this.#stored(cursorKey(channel, user))?.offset ?? null;
  }

  async advance(user: string, channel: string, offset: number): Promise<number> {
    const key = cursorKey(channel, user);
    const name = key.toString("latin1");
    const planned = this.#planned.get(name);
    const reached = planned?.offset ?? this.#stored(key)?.offset ?? -1;
    if (reached >= offset) {
      // What is only on its way may still fail, and must not be reported before.
      if (planned !== undefined && !(await planned.group.settled)) throw unavailable();
      return reached;
    }
    const group = this.#commits.join();
    if (group === null) throw unavailable();
    const receipt = { user, offset, timeMs: this.#clock.nowMs() };
    const move = new CursorMove(group, key, encodeReceipt(receipt), offset, () => {
      if (this.#planned.get(name) === move) this.#planned.delete(name);
    });
    this.#planned.set(name, move);
    group.members.push(move);
    if (!(await group.settled)) throw unavailable();
    return offset;
  }

  async receipts(channel: string, after: string, limit: number): Promise<readonly Receipt[]> {
    const receipts: Receipt[] = [];
    for (const { value } of this.#environment.entries(cursorsAfter(channel, after, limit))) {
      receipts.push(decodeReceipt(value));
    }
    return receipts;
  }

  #stored(key: Buffer): Receipt | null {
    const bytes = this.#environment.get(key);
    return bytes === undefined ? null : decodeReceipt(bytes);
  }
}

class CursorMove implements Member {
  readonly flush = true;
  readonly group: Group;
  readonly offset: number;
  readonly #key: Buffer;
  readonly #value: Buffer;
  readonly #settled: () => void;

  constructor(group: Group, key: Buffer, value: Buffer, offset: number, settled: () => void) {
    this.group = group;
    this.offset = offset;
    this.#key = key;
    this.#value = value;
    this.#settled = settled;
  }

  write(writer: Writer): void {
    writer.put(this.#key, this.#value);
  }

  kept(): void {
    this.#settled();
  }

  lost(): void {
    this.#settled();
  }

  repair(): void {
    // A move that a failed flush left behind says nothing untrue: the user did read up to there.
  }
}

function unavailable(): StreamsUnavailable {
  return new StreamsUnavailable("The store cannot keep the cursor at the moment.");
}

function encodeReceipt(receipt: Receipt): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(receipt.user));
  bytes[0] = VERSION;
  bytes.writeUIntBE(receipt.offset, 1, 6);
  bytes.writeUIntBE(receipt.timeMs, 7, 6);
  bytes.write(receipt.user, HEADER_BYTES);
  return bytes;
}

function decodeReceipt(bytes: Buffer): Receipt {
  if (bytes.length < HEADER_BYTES) throw new StoreDamaged("A stored cursor is cut off.");
  if (bytes[0] !== VERSION)
    throw new StoreTooNew(`A stored cursor has format ${bytes[0]}; this version knows ${VERSION}.`);
  return {
    user: bytes.toString("utf8", HEADER_BYTES),
    offset: bytes.readUIntBE(1, 6),
    timeMs: bytes.readUIntBE(7, 6),
  };
}
