import { formatBytes } from "../base/bytes.ts";
import { formatDuration } from "../base/duration.ts";
import type {
  Audience,
  ChannelOptions,
  DeliverMode,
  Durability,
  HistoryOptions,
  RateLimit,
} from "./channel-options.ts";
import type { ChannelRule } from "./channel-rule.ts";

/**
 * A channel's options laid flat, by the names of the configuration file: each is what rules set and override singly.
 *
 * `history` tells only whether it is on. The nested ones keep their values while it is off, so that a later rule may turn it on again.
 */
export interface ChannelSettings {
  readonly history: boolean;
  readonly "history.messages": number;
  readonly "history.ttl": number;
  readonly "history.bytes": number;
  readonly "history.durable": Durability;
  readonly presence: boolean;
  readonly presenceList: number;
  readonly subscribe: Audience;
  readonly publish: Audience;
  readonly deliver: DeliverMode;
  readonly budget: number;
  readonly window: number;
  readonly maxRate: number;
  readonly rateLimit: RateLimit | null;
  readonly messageSize: number;
  readonly clientPriority: boolean;
  readonly patterns: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Lays complete options flat. */
export function settingsOf(options: ChannelOptions & { readonly history: HistoryOptions }): ChannelSettings {
  return {
    history: true,
    "history.messages": options.history.messages,
    "history.ttl": options.history.ttlMs,
    "history.bytes": options.history.bytes,
    "history.durable": options.history.durable,
    presence: options.presence,
    presenceList: options.presenceList,
    subscribe: options.subscribe,
    publish: options.publish,
    deliver: options.deliver,
    budget: options.budget,
    window: options.windowMs,
    maxRate: options.maxRate,
    rateLimit: options.rateLimit,
    messageSize: options.messageBytes,
    clientPriority: options.clientPriority,
    patterns: options.patterns,
  };
}

/** Lays flat what a rule sets. */
export function settingsOfRule(rule: ChannelRule): Partial<ChannelSettings> {
  const sets: Partial<Mutable<ChannelSettings>> = {};
  if (rule.history !== undefined) {
    sets.history = rule.history !== "off";
    const { messages, ttlMs, bytes, durable } = rule.history === "off" ? {} : rule.history;
    if (messages !== undefined) sets["history.messages"] = messages;
    if (ttlMs !== undefined) sets["history.ttl"] = ttlMs;
    if (bytes !== undefined) sets["history.bytes"] = bytes;
    if (durable !== undefined) sets["history.durable"] = durable;
  }
  if (rule.presence !== undefined) sets.presence = rule.presence;
  if (rule.presenceList !== undefined) sets.presenceList = rule.presenceList;
  if (rule.subscribe !== undefined) sets.subscribe = rule.subscribe;
  if (rule.publish !== undefined) sets.publish = rule.publish;
  if (rule.deliver !== undefined) sets.deliver = rule.deliver;
  if (rule.budget !== undefined) sets.budget = rule.budget;
  if (rule.windowMs !== undefined) sets.window = rule.windowMs;
  if (rule.maxRate !== undefined) sets.maxRate = rule.maxRate;
  if (rule.rateLimit !== undefined) sets.rateLimit = rule.rateLimit;
  if (rule.messageBytes !== undefined) sets.messageSize = rule.messageBytes;
  if (rule.clientPriority !== undefined) sets.clientPriority = rule.clientPriority;
  if (rule.patterns !== undefined) sets.patterns = rule.patterns;
  return sets;
}

/** Puts the options together again. */
export function optionsOf(settings: ChannelSettings): ChannelOptions {
  const history = {
    messages: settings["history.messages"],
    ttlMs: settings["history.ttl"],
    bytes: settings["history.bytes"],
    durable: settings["history.durable"],
  };
  return {
    history: settings.history ? history : null,
    presence: settings.presence,
    presenceList: settings.presenceList,
    subscribe: settings.subscribe,
    publish: settings.publish,
    deliver: settings.deliver,
    budget: settings.budget,
    windowMs: settings.window,
    maxRate: settings.maxRate,
    rateLimit: settings.rateLimit,
    messageBytes: settings.messageSize,
    clientPriority: settings.clientPriority,
    patterns: settings.patterns,
  };
}

/** Writes each setting as the configuration file does; those that mean nothing beside others, such as of a history that is off, are left out. */
export function writeSettings(
  settings: ChannelSettings,
): Readonly<Partial<Record<keyof ChannelSettings, string>>> {
  const { rateLimit } = settings;
  const history = {
    history: "on",
    "history.messages": String(settings["history.messages"]),
    "history.ttl": formatDuration(settings["history.ttl"]),
    "history.bytes": formatBytes(settings["history.bytes"]),
    "history.durable": String(settings["history.durable"]),
  };
  return {
    ...(settings.history ? history : { history: "off" }),
    presence: String(settings.presence),
    ...(settings.presence && { presenceList: String(settings.presenceList) }),
    subscribe: settings.subscribe,
    publish: settings.publish,
    deliver: settings.deliver,
    ...(settings.deliver === "budget" && { budget: String(settings.budget) }),
    ...(settings.window > 0 && { window: formatDuration(settings.window) }),
    ...(settings.deliver === "latest" && { maxRate: String(settings.maxRate) }),
    rateLimit:
      rateLimit === null ? "off" : `{ count: ${rateLimit.count}, per: ${formatDuration(rateLimit.perMs)} }`,
    messageSize: formatBytes(settings.messageSize),
    clientPriority: String(settings.clientPriority),
    patterns: String(settings.patterns),
  };
}
