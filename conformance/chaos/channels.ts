/**
 * What a kill may take from a channel.
 *
 * `disk` and `process`: nothing. `trimmed` is flushed too, but keeps so little that whoever is away misses some, and must
 * be told which. `memory` loses everything, and must say so.
 */
export type Keeping = "disk" | "process" | "trimmed" | "memory";

export const KEEPINGS: readonly Keeping[] = ["disk", "process", "trimmed", "memory"];

/** A channel of the run. */
export interface ChaosChannel {
  readonly name: string;
  readonly keeping: Keeping;
}

/** Large messages, so that whoever stops reading soon has more waiting than the system's buffers take. */
export const BULK_CHANNEL = "disk.bulk";

export const CHANNELS: readonly ChaosChannel[] = [
  { name: "disk.a", keeping: "disk" },
  { name: "disk.b", keeping: "disk" },
  { name: BULK_CHANNEL, keeping: "disk" },
  { name: "process.a", keeping: "process" },
  { name: "process.b", keeping: "process" },
  { name: "trimmed.a", keeping: "trimmed" },
  { name: "memory.a", keeping: "memory" },
];

const EVERYTHING = { messages: 10_000_000, bytes: "64GB", ttl: "24h" };

/** So few that a restless subscriber misses some. */
export const TRIMMED_MESSAGES = 20;

/** The server's configuration file: how each kind of channel keeps its messages, and small outboxes. */
export const SERVER_CONFIG = {
  channels: [
    { match: "disk.**", history: { ...EVERYTHING, durable: "disk" } },
    { match: "process.**", history: { ...EVERYTHING, durable: "process" } },
    { match: "trimmed.**", history: { messages: TRIMMED_MESSAGES, durable: "disk" } },
    { match: "memory.**", history: { ...EVERYTHING, durable: false } },
  ],
  // Whoever reads slowly is to be moved to catching up as often as possible.
  limits: { outboxBytes: "16KB" },
};
