import type { TargetName } from "./attack.ts";

/** The neighbour's channel: written by the backend, kept in memory, so that no disk is part of its times. */
export const NEIGHBOUR_CHANNEL = "neighbour.stream";

const CHANNELS = [
  // The demo lets people of the chat write to each other, where nobody's identity is proven anyway.
  { match: "@*", publish: "server" },
  { match: "neighbour.**", history: { durable: false } },
  { match: "attack.room.**", presence: true },
  { match: "attack.memory.**", history: { durable: false } },
  { match: "attack.server.**", publish: "nobody" },
];

/** The settings of the attacked servers. */
export const TARGETS: Readonly<Record<TargetName, Readonly<Record<string, unknown>>>> = {
  /** Open mode, with times so short that a short run sees them pass. */
  open: { channels: CHANNELS, limits: { handshakeTimeoutMs: "2s" }, sessions: { connectTimeoutMs: "2s" } },
  /** Open mode, as it comes. */
  defaults: { channels: CHANNELS },
};
