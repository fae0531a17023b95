import { createHash } from "node:crypto";
import type { Range } from "./environment.ts";

/*
 * The layout of the database: one tree; the first byte of a key says what it is. Numbers are big-endian, so that the order of keys is
 * theirs. Streams have a number of their own, which keeps the keys of messages at 11 bytes whatever the channel's name.
 *
 *   x NAME                           facts about the store: format, epochs, next stream number, owner, clean stop
 *   s CHANNEL                        a stream's record
 *   m STREAM(4) OFFSET(6)            a message
 *   i STREAM(4) HASH(16)             a message id that its publisher chose → where it led
 *   q STREAM(4) ORDINAL(6)           the same ids in the order in which they came → HASH
 *   o STREAM(4) HASH(12) OFFSET(6)   the messages that one user published
 *   k STREAM(4) HASH(16)             the last message of a key, by the hash of the key
 *   c CHANNEL 00 USER                a reading cursor
 *   v KIND(1) SUBJECT                a verdict: a ban, a killed session, revoked tokens
 *   l QUEUE(8)                       a queue's name; QUEUE is the hash of it
 *   e QUEUE(8) SEQUENCE(6)           an event in a queue
 *   a QUEUE(8) HASH(16)              a mark of a queue, by the hash of its subject
 */
const TAG = {
  meta: 0x78,
  record: 0x73,
  message: 0x6d,
  id: 0x69,
  ordinal: 0x71,
  own: 0x6f,
  last: 0x6b,
  cursor: 0x63,
  verdict: 0x76,
  queue: 0x6c,
  event: 0x65,
  mark: 0x61,
} as const;

/** The largest offset; at a million messages per second it is reached in nine years. */
const MAX_OFFSET = 2 ** 48 - 1;

/** Longer user ids stand in keys with a hash for their end, because a key has at most 1978 bytes. */
const MAX_USER_BYTES = 512;

export const META_FORMAT = metaKey("format");
export const META_EPOCHS = metaKey("epochs");
export const META_NEXT_STREAM = metaKey("next-stream");
export const META_OWNER = metaKey("owner");
export const META_CLEAN = metaKey("clean");
export const META_PROBE = metaKey("probe");

function metaKey(name: string): Buffer {
  return Buffer.from(`x${name}`, "latin1");
}

export function recordKey(channel: string): Buffer {
  return Buffer.from(`s${channel}`);
}

/** The records of channels greater than `after`. */
export function recordsAfter(after: string, limit: number): Range {
  // The shortest key greater than a key is the key with a zero byte behind it.
  return { start: Buffer.from(`s${after}\0`), end: Buffer.from([TAG.record + 1]), limit };
}

/** The records of channels that begin with `prefix` and are greater than `after`. */
export function recordsWithin(prefix: string, after: string, limit: number): Range {
  const start = after < prefix ? recordKey(prefix) : Buffer.from(`s${after}\0`);
  // Names are ASCII, so no byte of one is as large as this.
  return { start, end: Buffer.concat([recordKey(prefix), Buffer.from([0xff])]), limit };
}

export function channelOfRecordKey(key: Buffer): string {
  return key.toString("utf8", 1);
}

export function messageKey(stream: number, offset: number): Buffer {
  return numbered(TAG.message, stream, offset);
}

export function offsetOfMessageKey(key: Buffer): number {
  return key.readUIntBE(5, 6);
}

/** The messages `first` to `last`, both included. */
export function messagesBetween(stream: number, first: number, last: number, limit: number): Range {
  return { start: messageKey(stream, first), end: messageKey(stream, last + 1), limit };
}

/** The messages `last` down to `first`, both included. */
export function messagesBackwards(stream: number, last: number, first: number, limit: number): Range {
  return { start: messageKey(stream, last), end: messageKey(stream, first - 1), reverse: true, limit };
}

export function ordinalKey(stream: number, ordinal: number): Buffer {
  return numbered(TAG.ordinal, stream, ordinal);
}

export function ordinalsFrom(stream: number, first: number, limit: number): Range {
  return { start: ordinalKey(stream, first), end: ordinalKey(stream, MAX_OFFSET), limit };
}

export function ordinalOfKey(key: Buffer): number {
  return key.readUIntBE(5, 6);
}

/** The hash of an id within its publisher's scope. */
export function hashId(scopedId: string): Buffer {
  return createHash("sha256").update(scopedId).digest().subarray(0, 16);
}

export function idKey(stream: number, hash: Buffer): Buffer {
  const key = Buffer.allocUnsafe(21);
  key[0] = TAG.id;
  key.writeUInt32BE(stream, 1);
  hash.copy(key, 5);
  return key;
}

/** A user in the index of own messages. */
export function hashUser(user: string): Buffer {
  return createHash("sha256").update(user).digest().subarray(0, 12);
}

export function ownKey(stream: number, userHash: Buffer, offset: number): Buffer {
  const key = Buffer.allocUnsafe(23);
  key[0] = TAG.own;
  key.writeUInt32BE(stream, 1);
  userHash.copy(key, 5);
  key.writeUIntBE(offset, 17, 6);
  return key;
}

/** A user's own messages `first` to `last`, both included. */
export function ownBetween(stream: number, userHash: Buffer, first: number, last: number): Range {
  return { start: ownKey(stream, userHash, first), end: ownKey(stream, userHash, last + 1) };
}

/** The last message of a key; the channel itself is the empty key. */
export function lastKey(stream: number, key: string): Buffer {
  return Buffer.concat([lastPrefix(stream), createHash("sha256").update(key).digest().subarray(0, 16)]);
}

/** The last messages of all keys of a stream. */
export function lastsOf(stream: number): Range {
  return { start: lastPrefix(stream), end: Buffer.concat([lastPrefix(stream), Buffer.alloc(17, 0xff)]) };
}

function lastPrefix(stream: number): Buffer {
  const prefix = Buffer.allocUnsafe(5);
  prefix[0] = TAG.last;
  prefix.writeUInt32BE(stream, 1);
  return prefix;
}

export function cursorKey(channel: string, user: string): Buffer {
  return Buffer.concat([cursorPrefix(channel), userBytes(user)]);
}

/** A channel's cursors of users greater than `after`, in the order of their UTF-8. */
export function cursorsAfter(channel: string, after: string, limit: number): Range {
  const prefix = cursorPrefix(channel);
  const end = Buffer.from(prefix);
  end[end.length - 1] = 1;
  return { start: Buffer.concat([prefix, userBytes(after), Buffer.alloc(1)]), end, limit };
}

/** Subjects longer than a key may be end in a hash. */
export function verdictKey(kind: number, subject: string): Buffer {
  return Buffer.concat([Buffer.from([TAG.verdict, kind]), userBytes(subject)]);
}

export function verdictKeys(): Range {
  return { start: Buffer.from([TAG.verdict]), end: Buffer.from([TAG.verdict + 1]) };
}

function cursorPrefix(channel: string): Buffer {
  return Buffer.from(`c${channel}\0`);
}

/** The hash by which the keys of a queue know it. */
export function hashQueue(name: string): Buffer {
  return createHash("sha256").update(name).digest().subarray(0, 8);
}

export function queueKey(queue: Buffer): Buffer {
  return Buffer.concat([Buffer.from([TAG.queue]), queue]);
}

/** The names of all queues. */
export function allQueues(): Range {
  return { start: Buffer.from([TAG.queue]), end: Buffer.from([TAG.queue + 1]) };
}

export function eventKey(queue: Buffer, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(15);
  key[0] = TAG.event;
  queue.copy(key, 1);
  key.writeUIntBE(sequence, 9, 6);
  return key;
}

export function sequenceOfEventKey(key: Buffer): number {
  return key.readUIntBE(9, 6);
}

/** The events of a queue from `first` on. */
export function eventsFrom(queue: Buffer, first: number): Range {
  return { start: eventKey(queue, first), end: eventKey(queue, MAX_OFFSET) };
}

export function markKey(queue: Buffer, subject: string): Buffer {
  return Buffer.concat([markPrefix(queue), createHash("sha256").update(subject).digest().subarray(0, 16)]);
}

/** The marks of a queue. */
export function marksOf(queue: Buffer): Range {
  const prefix = markPrefix(queue);
  return { start: prefix, end: Buffer.concat([prefix, Buffer.alloc(17, 0xff)]) };
}

function markPrefix(queue: Buffer): Buffer {
  return Buffer.concat([Buffer.from([TAG.mark]), queue]);
}

function userBytes(user: string): Buffer {
  const bytes = Buffer.from(user);
  if (bytes.length <= MAX_USER_BYTES) return bytes;
  return Buffer.concat([bytes.subarray(0, MAX_USER_BYTES), createHash("sha256").update(bytes).digest()]);
}

function numbered(tag: number, stream: number, number: number): Buffer {
  const key = Buffer.allocUnsafe(11);
  key[0] = tag;
  key.writeUInt32BE(stream, 1);
  key.writeUIntBE(number, 5, 6);
  return key;
}
