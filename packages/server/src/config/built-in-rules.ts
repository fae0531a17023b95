import { accessModeOf } from "./access-mode.ts";
import type { ChannelOptions, HistoryOptions } from "./channel-options.ts";
import type { ChannelRule } from "./channel-rule.ts";
import type { Config } from "./config.ts";

/** A rule that the server brings along. It stands before the configured ones, so these override it. */
export interface BuiltInRule {
  /** How `explain` calls it. */
  readonly name: string;
  readonly rule: ChannelRule;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MB = 1_048_576;

/**
 * The options of a channel that no rule matches.
 *
 * The `memory` engine keeps less by default, since all of it is RAM, and keeps nothing durably.
 */
export function defaultOptions(config: Config): ChannelOptions & { readonly history: HistoryOptions } {
  const inMemory = config.engine === "memory";
  return {
    history: {
      messages: inMemory ? 1000 : 10_000,
      ttlMs: 24 * HOUR_MS,
      bytes: 16 * MB,
      durable: inMemory ? false : "disk",
    },
    presence: false,
    presenceList: 200,
    subscribe: "users",
    publish: "server",
    deliver: "all",
    budget: 20,
    windowMs: 0,
    maxRate: 10,
    rateLimit: null,
    messageBytes: config.limits.maxMessageBytes,
    clientPriority: false,
    patterns: false,
  };
}

/** The rules that stand before the first configured one. */
export function builtInRules(config: Config): readonly BuiltInRule[] {
  const rules: BuiltInRule[] = [
    { name: "built-in inbox rule", rule: { match: "@*", subscribe: "users", publish: "server" } },
  ];
  if (!config.demos) return rules;
  const chat: ChannelRule = { match: "demo.chat.**", presence: true, history: { messages: 1000 } };
  // Each visitor of the laboratory has a channel with five messages a second, of use to nobody else.
  const history = { messages: 3000, ttlMs: 10 * MINUTE_MS, durable: false } as const;
  const laboratory: ChannelRule = { match: "demo.lockscreen.*", history };
  const ticker: ChannelRule = { match: "demo.ticker.**", deliver: "latest", maxRate: 10, history: "off" };
  for (const rule of [chat, laboratory, ticker, ...danmakuRules()])
    rules.push({ name: "built-in demo rule", rule });
  // People of the chat write to each other, and the console of the demo about notifications to everybody. Where identities are proven, this
  // is for the operator to allow.
  if (accessModeOf(config) === "open") {
    rules.push({ name: "built-in demo rule", rule: { match: "@*", publish: "users" } });
  }
  return rules;
}

/** Rooms with comments over a video, and beside them what their backend is asked and says. */
function danmakuRules(): readonly ChannelRule[] {
  const rooms: ChannelRule = {
    match: "demo.danmaku.*",
    deliver: "budget",
    budget: 10,
    windowMs: 200,
    rateLimit: { count: 1, perMs: 3000 },
    presence: true,
    // Viewers see how many they are.
    presenceList: 0,
    history: { messages: 500, ttlMs: HOUR_MS, durable: false },
  };
  const backend: ChannelRule = {
    match: "demo.danmaku.backend.*",
    presence: true,
    history: { messages: 20, ttlMs: HOUR_MS, durable: false },
  };
  return [rooms, backend];
}
