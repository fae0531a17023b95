import { randomBytes } from "node:crypto";
import { PAIRS, pemOf, SECRET } from "../../packages/server/test/support/tokens.ts";
import { API_KEY } from "../support/server-process.ts";
import type { TargetName } from "./attack.ts";
import { startHostileBackend } from "./support/hostile-backend.ts";

/** An attacked server's settings, and what goes down with it. */
export interface Target {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly close?: () => void;
}

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

/** How many connections one address may have, where that is attacked. */
export const ADDRESS_LIMIT = 40;

/** The address of a proxy that is believed; any of loopback can be had. */
export const TRUSTED_PROXY = "127.0.0.3";

const CHANNELS = [
  // The demo lets people of the chat write to each other, where nobody's identity is proven anyway.
  { match: "@*", publish: "server" },
  { match: "neighbour.**", subscribe: "anyone", history: { durable: false } },
  { match: "attack.room.**", presence: true },
  { match: "attack.memory.**", history: { durable: false } },
  { match: "attack.server.**", publish: "nobody" },
];

const SHORT_TIMES = {
  limits: { handshakeTimeoutMs: "2s" },
  sessions: { connectTimeoutMs: "2s" },
};

/** How the attacked servers are set up. */
export const TARGETS: Readonly<Record<TargetName, () => Promise<Target>>> = {
  /** Open mode, with times so short that a short run sees them pass. */
  open: async () => ({ settings: { channels: CHANNELS, ...SHORT_TIMES } }),
  /** Open mode, as it comes. */
  defaults: async () => ({ settings: { channels: CHANNELS } }),
  /** Tokens of every kind, and API keys with scopes. */
  authenticated: async () => ({
    settings: { channels: CHANNELS, ...SHORT_TIMES, auth: everyKindOfKey(), apiKeys: limitedKeys() },
  }),
  /** Limits that hold for loopback, too, and a proxy in front. */
  guarded: async () => ({
    settings: {
      channels: [...CHANNELS, { match: "attack.**", subscribe: "anyone" }],
      auth: { secrets: [SECRET] },
      limits: { countLoopback: true, connectionsPerAddress: ADDRESS_LIMIT, handshakesPerAddress: "1000/s" },
      trustedProxies: [TRUSTED_PROXY],
    },
  }),
  /** A backend that is asked, and has been taken over. */
  hooked: async () => {
    const { url, close } = await startHostileBackend();
    const rules = { match: "attack.asked.**", subscribe: "hook", publish: "hook" };
    const asked = { url, timeoutMs: 300 };
    // So that every answer is heard: after a few failures the backend would not be asked for a while.
    const patience = { breakerFailures: 1_000_000 };
    const secrets = [`whsec_${randomBytes(32).toString("base64")}`];
    const hooks = { connect: asked, subscribe: asked, publish: asked, rpc: asked, secrets, ...patience };
    return { settings: { channels: [...CHANNELS, rules], ...SHORT_TIMES, hooks }, close };
  },
};

function everyKindOfKey(): object {
  return {
    secrets: [SECRET],
    keys: [
      pemOf(PAIRS.RS256.publicKey),
      pemOf(PAIRS.ES256.publicKey),
      JSON.stringify({ ...PAIRS.EdDSA.publicKey.export({ format: "jwk" }), kid: KEY_ID }),
    ],
    clockToleranceMs: 0,
  };
}

function limitedKeys(): readonly unknown[] {
  return [
    API_KEY,
    { name: "chat-backend", key: LIMITED_KEYS.publisher, scopes: ["publish"], channels: ["chat.**"] },
    { name: "dashboard", key: LIMITED_KEYS.reader, scopes: ["read"], channels: ["chat.**"] },
    { name: "moderators", key: LIMITED_KEYS.moderator, scopes: ["kick"], channels: ["@mallory"] },
  ];
}
