import type { Member, Push, Sender } from "@tidewire/protocol";

const api: Sender = { api: true };
const alice: Sender = { user: "u1", connection: "c1" };
const anonymous: Sender = { connection: "c2" };
const members: readonly Member[] = [
  { user: "u1", connection: "c1", info: { name: "Alice" } },
  { connection: "c2" },
];
const stored = {
  epoch: "k3",
  offset: 42,
  id: "m1",
  time: 1_700_000_000_000,
  from: api,
  data: { text: "hi" },
};

/** Every push, where fields are optional with and without them. */
export const PUSH_EXAMPLES: readonly Push[] = [
  {
    type: "connected",
    id: 1,
    connection: "c1",
    session: "s1",
    user: "u1",
    pingIntervalMs: 25_000,
    maxMessageBytes: 65_536,
    time: 1_700_000_000_000,
    version: 1,
  },
  {
    type: "connected",
    connection: "c1",
    session: "s1",
    pingIntervalMs: 1,
    maxMessageBytes: 1,
    time: 1,
    version: 1,
  },
  {
    type: "subscribed",
    id: 2,
    channel: "news",
    epoch: "k3",
    offset: 57,
    recovered: true,
    unread: 3,
    deliver: "all",
  },
  { type: "subscribed", channel: "ticks", recovered: false, deliver: "latest" },
  { type: "message", channel: "news", ...stored },
  { type: "message", channel: "news", ...stored, from: alice, key: "k", dropped: 2 },
  { type: "message", channel: "ticks", id: "m2", time: 1, from: anonymous, data: null },
  { type: "gap", channel: "news", epoch: "k3", from: 42, to: 50, reason: "expired" },
  { type: "gap", channel: "news", epoch: "k4", from: null, to: null, reason: "epoch" },
  { type: "position", channel: "news", epoch: "k3", offset: 57 },
  { type: "join", channel: "room.1", members },
  { type: "leave", channel: "room.1", members: [] },
  { type: "unsubscribed", id: 3, channel: "news" },
  { type: "unsubscribed", channel: "news", reason: "removed from the room" },
  { type: "published", id: 4, channel: "news", epoch: "k3", offset: 58, messageId: "m1", duplicate: false },
  { type: "published", channel: "ticks", messageId: "m1", duplicate: true },
  { type: "history", id: 5, channel: "news", epoch: "k3", offset: 58, messages: [stored], more: false },
  { type: "presence", id: 6, channel: "room.1", members },
  { type: "presence", channel: "room.1", members },
  { type: "presence", channel: "live.1", count: 48_210, members },
  { type: "result", id: 7, data: [1, 2] },
  { type: "refresh", expiresInMs: 60_000 },
  { type: "refreshed", id: 8, expiresAt: 1_700_000_000_000 },
  { type: "refreshed" },
  { type: "acked", channel: "@u1", offset: 17, unread: 0 },
  { type: "rate", id: 9, channel: "stock", maxRate: 2 },
  { type: "error", id: 2, channel: "news", code: "permission_denied", message: "No.", retryable: false },
  { type: "error", code: "malformed_json", message: "No.", retryable: false },
  { type: "error", id: 3, code: "rate_limited", message: "No.", retryable: true, retryAfterMs: 250 },
  {
    type: "disconnect",
    code: 4403,
    reason: "signed in on another device",
    reconnect: false,
    retryAfterMs: 0,
  },
  { type: "pong" },
];
