/** What a load is made of. */
export interface Load {
  readonly connections: number;
  /** The connections are spread over them evenly. */
  readonly channels: readonly string[];
  /** Messages published per second, all channels together. */
  readonly rate: number;
  /** Bytes of a message's data. */
  readonly size: number;
  readonly durationMs: number;
}

/** How many of the connections are subscribed to a channel, by its place in the list. */
export function subscribersOf({ connections, channels }: Load, index: number): number {
  return Math.ceil((connections - index) / channels.length);
}

/** Data of this many bytes that says when it was due. */
export function dataAt(dueMs: number, size: number): string {
  const head = `{"at":${dueMs.toFixed(3)},"pad":"`;
  return `${head}${"x".repeat(Math.max(0, size - head.length - 2))}"}`;
}

const AT = '"data":{"at":';

/** Reads that time from a frame; undefined when it is none of ours. Without parsing the rest, which would measure the parser. */
export function dueTimeOf(frame: string): number | undefined {
  const start = frame.indexOf(AT);
  if (start < 0) return undefined;
  const from = start + AT.length;
  const dueMs = Number(frame.slice(from, frame.indexOf(",", from)));
  return Number.isFinite(dueMs) ? dueMs : undefined;
}
