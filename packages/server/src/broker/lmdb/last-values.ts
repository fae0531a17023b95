import { MAX_LATEST_KEYS, MAX_LATEST_SIZE, keyOf, surplusOf, valueSize } from "../../core/latest-values.ts";
import type { Message } from "../../core/message.ts";
import { epochAt } from "../epochs.ts";
import { StoreDamaged } from "../store-errors.ts";
import type { Environment, Writer } from "./environment.ts";
import { lastKey, lastsOf } from "./keys.ts";
import { decodeMessage, encodeMessage } from "./message-codec.ts";
import type { StreamRecord, ValueAccount } from "./stream-record.ts";

/*
 * A last value: its offset(6), what it counts(4), and the message as the stream has it.
 */
const OFFSET_BYTES = 6;
const HEADER_BYTES = OFFSET_BYTES + 4;

/** The last message of each key of a stream, up to its head. */
export function readLastValues(
  environment: Environment,
  record: StreamRecord,
  channel: string,
): readonly Message[] {
  const messages: Message[] = [];
  for (const { value } of environment.entries(lastsOf(record.stream))) {
    const { offset } = decodeHeader(value);
    // It is committed but not flushed: whoever waits for it is told in a moment.
    if (offset > record.head) continue;
    const epoch = epochAt(record.epochs, offset);
    messages.push(decodeMessage(value.subarray(HEADER_BYTES), channel, epoch, offset));
  }
  return messages;
}

/**
 * What one group changes in the last values of one stream.
 *
 * Of several messages with one key only the last is written. Everything is decided when the group leaves, since what was written before is
 * committed by then.
 */
export class LastValuesPart {
  readonly #environment: Environment;
  readonly #planned = new Map<string, Message>();
  #clears = false;
  /** What stood at each key that was changed, for taking a failed group back. */
  readonly #before: { readonly key: Buffer; readonly value: Buffer | null }[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  set(message: Message): void {
    this.#planned.set(keyOf(message), message);
  }

  /** Forgets all of them, also those that were set before in this group. */
  clear(): void {
    this.#planned.clear();
    this.#clears = true;
  }

  /** Writes the changes, and returns the account that holds then. */
  write(writer: Writer, stream: number, account: ValueAccount | null): ValueAccount | null {
    let { count, size } = account ?? { count: 0, size: 0 };
    if (this.#clears && account !== null) {
      for (const { key, value } of this.#environment.entries(lastsOf(stream)))
        this.#remove(writer, key, value);
      count = 0;
      size = 0;
    }
    for (const [name, message] of this.#planned) {
      const key = lastKey(stream, name);
      const stored = this.#environment.get(key) ?? null;
      const counts = valueSize(message.dataJson.length);
      if (stored === null || this.#clears) count += 1;
      else size -= decodeHeader(stored).size;
      size += counts;
      this.#before.push({ key, value: stored });
      writer.put(key, encode(message, counts));
    }
    return count === 0 ? null : this.#makeRoom(writer, stream, { count, size });
  }

  /** Puts back what stood there before. */
  repair(writer: Writer): void {
    for (const { key, value } of this.#before.toReversed()) {
      if (value === null) writer.remove(key);
      else writer.put(key, value);
    }
  }

  /** Forgets the tenth that was written longest ago, as often as it takes. */
  #makeRoom(writer: Writer, stream: number, account: ValueAccount): ValueAccount {
    let { count, size } = account;
    if (count <= MAX_LATEST_KEYS && size <= MAX_LATEST_SIZE) return account;
    const byAge = this.#storedByAge(stream);
    while ((count > MAX_LATEST_KEYS || size > MAX_LATEST_SIZE) && byAge.length > 0) {
      for (const { key, value, counts } of byAge.splice(0, surplusOf(count))) {
        this.#remove(writer, key, value);
        count -= 1;
        size -= counts;
      }
    }
    return { count, size };
  }

  /** Those of earlier groups that this one leaves as they are. */
  #storedByAge(stream: number) {
    const changed = new Set(
      Array.from(this.#planned.keys(), (name) => lastKey(stream, name).toString("hex")),
    );
    return Array.from(this.#environment.entries(lastsOf(stream)), ({ key, value }) => {
      const { offset, size } = decodeHeader(value);
      return { key: Buffer.from(key), value: Buffer.from(value), offset, counts: size };
    })
      .filter(({ key }) => !this.#clears && !changed.has(key.toString("hex")))
      .toSorted((one, other) => one.offset - other.offset);
  }

  #remove(writer: Writer, key: Buffer, value: Buffer): void {
    this.#before.push({ key: Buffer.from(key), value: Buffer.from(value) });
    writer.remove(key);
  }
}

function encode(message: Message, counts: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUIntBE(message.offset ?? 0, 0, OFFSET_BYTES);
  header.writeUInt32BE(counts, OFFSET_BYTES);
  return Buffer.concat([header, encodeMessage(message)]);
}

function decodeHeader(bytes: Buffer): { readonly offset: number; readonly size: number } {
  if (bytes.length < HEADER_BYTES) throw new StoreDamaged("A stored value is cut off.");
  return { offset: bytes.readUIntBE(0, OFFSET_BYTES), size: bytes.readUInt32BE(OFFSET_BYTES) };
}
