import type { Message, Publisher } from "../../core/message.ts";
import { messageCost } from "../retention.ts";
import { StoreDamaged, StoreTooNew } from "../store-errors.ts";

/*
 * A stored message, version 1:
 *
 *   version(1) = 1 · flags(1) · time in ms(6) · id · [connection · [user]] · [key] · [exclude] · data
 *
 * A text is its length in bytes(4) and its UTF-8; `data` is the rest, as the JSON text that the publisher sent. Channel and offset are in the
 * key, the epoch is in the stream's record.
 */
const VERSION = 1;
const CLIENT = 1;
const USER = 2;
const KEY = 4;
const HIGH = 8;
const EXCLUDE = 16;
const HEADER_BYTES = 8;
const LENGTH_BYTES = 4;

/** The parts of a stored message that its retention needs. */
export interface MessageHeader {
  readonly timeMs: number;
  readonly cost: number;
  /** Who published it, where that is a user. */
  readonly user: string | null;
}

export function encodeMessage(message: Message): Buffer {
  const { from } = message;
  const texts = [message.id];
  let flags = 0;
  if (from.kind === "client") {
    flags |= CLIENT;
    texts.push(from.connection);
    if (from.user !== null) {
      flags |= USER;
      texts.push(from.user);
    }
  }
  if (message.key !== null) {
    flags |= KEY;
    texts.push(message.key);
  }
  if (message.priority === "high") flags |= HIGH;
  if (message.exclude !== null) {
    flags |= EXCLUDE;
    texts.push(message.exclude);
  }
  let size = HEADER_BYTES + Buffer.byteLength(message.dataJson);
  for (const text of texts) size += LENGTH_BYTES + Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(size);
  bytes[0] = VERSION;
  bytes[1] = flags;
  bytes.writeUIntBE(message.timeMs, 2, 6);
  let end = HEADER_BYTES;
  for (const text of texts) {
    const length = bytes.write(text, end + LENGTH_BYTES);
    bytes.writeUInt32BE(length, end);
    end += LENGTH_BYTES + length;
  }
  bytes.write(message.dataJson, end);
  return bytes;
}

export function decodeMessage(bytes: Buffer, channel: string, epoch: string, offset: number): Message {
  const reader = new MessageReader(bytes);
  const { timeMs, flags } = reader;
  const id = reader.text();
  const from: Publisher =
    flags & CLIENT
      ? { kind: "client", connection: reader.text(), user: flags & USER ? reader.text() : null }
      : { kind: "api" };
  const key = flags & KEY ? reader.text() : null;
  const exclude = flags & EXCLUDE ? reader.text() : null;
  const priority = flags & HIGH ? "high" : null;
  return { channel, epoch, offset, id, timeMs, from, key, priority, exclude, dataJson: reader.rest() };
}

/** Reads what retention needs, without building the texts that it does not. */
export function decodeHeader(bytes: Buffer): MessageHeader {
  const reader = new MessageReader(bytes);
  const { timeMs, flags } = reader;
  reader.skip();
  if (flags & CLIENT) reader.skip();
  const user = flags & USER ? reader.text() : null;
  if (flags & KEY) reader.skip();
  if (flags & EXCLUDE) reader.skip();
  return { timeMs, cost: messageCost(reader.remaining), user };
}

class MessageReader {
  readonly timeMs: number;
  readonly flags: number;
  readonly #bytes: Buffer;
  #at = HEADER_BYTES;

  constructor(bytes: Buffer) {
    const version = bytes[0];
    if (bytes.length < HEADER_BYTES || version === undefined)
      throw new StoreDamaged("A stored message is cut off.");
    if (version !== VERSION)
      throw new StoreTooNew(`A stored message has format ${version}; this version knows ${VERSION}.`);
    this.flags = bytes[1] ?? 0;
    this.timeMs = bytes.readUIntBE(2, 6);
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  text(): string {
    const start = this.#at + LENGTH_BYTES;
    this.skip();
    return this.#bytes.toString("utf8", start, this.#at);
  }

  skip(): void {
    const hasLength = this.remaining >= LENGTH_BYTES;
    const next = this.#at + LENGTH_BYTES + (hasLength ? this.#bytes.readUInt32BE(this.#at) : 0);
    if (next > this.#bytes.length) throw new StoreDamaged("A stored message is cut off.");
    this.#at = next;
  }

  rest(): string {
    return this.#bytes.toString("utf8", this.#at);
  }
}
