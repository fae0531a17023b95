import { PAIRS, pemOf, SECRET } from "../../packages/server/test/support/tokens.ts";
import { API_KEY } from "../support/server-process.ts";
import type { TargetName } from "./attack.ts";

/** The neighbour's channel: written by the backend, kept in memory, so that no disk is part of its times. */
export const NEIGHBOUR_CHANNEL = "neighbour.stream";

/** The `kid` of the Ed25519 key, which alone has one. */
export const KEY_ID = "ed-1";

/** Keys of the API that may do less than everything. */
export const LIMITED_KEYS = {
  publisher: "the-key-of-the-chat-backend",
  reader: "the-key-of-the-dashboard",
  moderator: "the-key-of-the-moderators",
} as const;

const CHANNELS = [
  // The demo lets people of the chat write to each other, where nobody's identity is proven anyway.
  { match: "@*", publish: "server" },
  { match: "neighbour.**", subscribe: "anyone", history: { durable: false } },
  { match: "attack.room.**", presence: true },
  { match: "attack.memory.**", history: { durable: false } },
  { match: "attack.server.**", publish: "nobody" },
  { match: "attack.granted.**", subscribe: "token", publish: "token", history: { durable: false } },
];

const SHORT_TIMES = {
  limits: { handshakeTimeoutMs: "2s" },
  sessions: { connectTimeoutMs: "2s" },
};

/** The settings of the attacked servers. */
export const TARGETS: Readonly<Record<TargetName, Readonly<Record<string, unknown>>>> = {
  /** Open mode, with times so short that a short run sees them pass. */
  open: { channels: CHANNELS, ...SHORT_TIMES },
  /** Open mode, as it comes. */
  defaults: { channels: CHANNELS },
  /** Tokens of every kind, and API keys with scopes. */
  authenticated: {
    channels: CHANNELS,
    ...SHORT_TIMES,
    auth: {
      secrets: [SECRET],
      keys: [
        pemOf(PAIRS.RS256.publicKey),
        pemOf(PAIRS.ES256.publicKey),
        JSON.stringify({ ...PAIRS.EdDSA.publicKey.export({ format: "jwk" }), kid: KEY_ID }),
      ],
      clockToleranceMs: 0,
    },
    apiKeys: [
      API_KEY,
      { name: "chat-backend", key: LIMITED_KEYS.publisher, scopes: ["publish"], channels: ["chat.**"] },
      { name: "dashboard", key: LIMITED_KEYS.reader, scopes: ["read"], channels: ["chat.**"] },
      { name: "moderators", key: LIMITED_KEYS.moderator, scopes: ["kick"], channels: ["@mallory"] },
    ],
  },
};
