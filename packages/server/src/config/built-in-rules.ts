import type { ChannelOptions, HistoryOptions } from "./channel-options.ts";
import type { ChannelRule } from "./channel-rule.ts";
import type { Config } from "./config.ts";

/** A rule that the server brings along. It stands before the configured ones, so these override it. */
export interface BuiltInRule {
  /** How `explain` calls it. */
  readonly name: string;
  readonly rule: ChannelRule;
}

/** What the options depend on before any rule is written. */
export type RuleContext = Pick<Config, "engine" | "demos" | "limits">;

const HOUR_MS = 3_600_000;
const MB = 1_048_576;

/**
 * The options of a channel that no rule matches.
 *
 * The `memory` engine keeps less by default, since all of it is RAM, and keeps nothing durably.
 */
export function defaultOptions(context: RuleContext): ChannelOptions & { readonly history: HistoryOptions } {
  const inMemory = context.engine === "memory";
  return {
    history: {
      messages: inMemory ? 1000 : 10_000,
      ttlMs: 24 * HOUR_MS,
      bytes: 16 * MB,
      durable: inMemory ? false : "disk",
    },
    presence: false,
    subscribe: "users",
    publish: "server",
    deliver: "all",
    rateLimit: null,
    messageBytes: context.limits.maxMessageBytes,
    clientPriority: false,
  };
}

/** The rules that stand before the first configured one. */
export function builtInRules(context: RuleContext): readonly BuiltInRule[] {
  const inboxes = { match: "@*", subscribe: "users", publish: "server" } as const;
  const demos = { match: "demo.chat.**", presence: true, history: { messages: 1000 } } as const;
  const rules = [{ name: "built-in inbox rule", rule: inboxes }];
  return context.demos ? [...rules, { name: "built-in demo rule", rule: demos }] : rules;
}
