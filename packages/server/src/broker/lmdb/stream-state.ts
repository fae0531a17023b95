import type { KnownId } from "../known-ids.ts";
import type { Environment } from "./environment.ts";
import type { Group } from "./group-commit.ts";
import { messageKey } from "./keys.ts";
import { decodeHeader, type MessageHeader } from "./message-codec.ts";
import type { StreamRecord } from "./stream-record.ts";

/** A message on its way to the disk. */
export interface Planned extends MessageHeader {
  readonly offset: number;
  readonly encoded: Buffer;
}

/** A chosen id on its way to the disk, and the position that its repeats are answered with. */
export interface PlannedId extends KnownId {
  readonly hash: Buffer;
  readonly epoch: string;
  readonly offset: number;
  readonly group: Group;
}

/** What a stream's appends of one group have planned; as much of a part as the state of the stream needs. */
export interface PlannedPart {
  readonly planned: readonly Planned[];
}

/**
 * One stream in the cache: as it is kept, and as it will be when everything on its way is kept too.
 *
 * Everything that is read, or told to anybody, comes from `durable`; only planning looks at `latest`.
 */
export class StreamState {
  readonly channel: string;
  durable: StreamRecord | null;
  latest: StreamRecord | null;
  /** On their way, the older first: at most one that has left and one that has not. */
  readonly parts: PlannedPart[] = [];
  readonly plannedIds = new Map<string, PlannedId>();

  constructor(channel: string, record: StreamRecord | null) {
    this.channel = channel;
    this.durable = record;
    this.latest = record;
  }

  /** Whether nothing would be lost if the cache forgot this stream. */
  get isIdle(): boolean {
    return this.parts.length === 0;
  }

  /**
   * Time and cost of a message, on disk or on its way there.
   *
   * One that a damaged file does not have any more is as old as can be, so that trimming passes over it.
   */
  header(environment: Environment, stream: number, offset: number): MessageHeader {
    for (const { planned } of this.parts) {
      const first = planned[0];
      const message = first === undefined ? undefined : planned[offset - first.offset];
      if (message !== undefined) return message;
    }
    const bytes = environment.get(messageKey(stream, offset));
    return bytes === undefined ? { timeMs: 0, cost: 0, user: null } : decodeHeader(bytes);
  }
}
