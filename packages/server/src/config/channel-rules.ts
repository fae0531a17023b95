import { compilePattern, isPattern, patternCovers } from "@tidewire/protocol";
import { builtInRules, defaultOptions } from "./built-in-rules.ts";
import type { ChannelOptions } from "./channel-options.ts";
import type { ChannelRule } from "./channel-rule.ts";
import type { Config } from "./config.ts";
import {
  type ChannelSettings,
  optionsOf,
  settingsOf,
  settingsOfRule,
  writeSettings,
} from "./channel-settings.ts";

/** Where the value of an option comes from. */
type OptionSource =
  | { readonly kind: "default" }
  | { readonly kind: "built-in"; readonly name: string; readonly match: string }
  /** `index` counts from 0 in the configured list. */
  | { readonly kind: "rule"; readonly index: number; readonly match: string };

/** One option of a channel and what decided it. */
export interface ExplainedOption {
  /** The option as the configuration file names it, such as `history.ttl`. */
  readonly option: string;
  /** The value as the configuration file writes it. */
  readonly value: string;
  readonly source: OptionSource;
}

/** What one rule sets on a channel. `index` tells apart all of them. */
interface Sets {
  readonly sets: Partial<ChannelSettings>;
  readonly source: OptionSource;
  readonly index: string;
}

interface Layer {
  readonly match: string;
  readonly matches: (channel: string) => boolean;
  readonly onInbox: Sets;
  readonly onOthers: Sets;
}

/** Resolved channels kept at hand. Bounded, since clients choose the names they ask for. */
const MAX_CACHED_CHANNELS = 10_000;

/**
 * Finds the options of a channel: every rule that matches applies, and later ones override key by key.
 *
 * Who may read or write an inbox (`@u1`) is set only by rules whose own pattern begins with `@`, so that a rule for `**` opens
 * nobody's inbox by accident.
 */
export class ChannelRules {
  readonly #defaults: ChannelSettings;
  readonly #layers: readonly Layer[];
  readonly #cache = new Map<string, ChannelOptions>();
  /** By the rules that matched. There are as many as the rules allow, not as clients choose. */
  readonly #combinations = new Map<string, ChannelOptions>();

  /** Throws a RangeError when the `match` of a rule is not a pattern. */
  constructor(config: Config) {
    this.#defaults = settingsOf(defaultOptions(config));
    const builtIn = builtInRules(config).map(({ name, rule }) => {
      return { rule, source: { kind: "built-in", name, match: rule.match } as const };
    });
    const configured = config.channels.map((rule, index) => {
      return { rule, source: { kind: "rule", index, match: rule.match } as const };
    });
    this.#layers = [...builtIn, ...configured].map(({ rule, source }, index) => layer(rule, source, index));
  }

  /** The options of this channel: the same object for all channels that the same rules match. */
  resolve(channel: string): ChannelOptions {
    const cached = this.#cache.get(channel);
    if (cached !== undefined) return cached;
    const options = this.#combine(this.#matching(channel));
    const oldest = this.#cache.size < MAX_CACHED_CHANNELS ? undefined : this.#cache.keys().next().value;
    if (oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(channel, options);
    return options;
  }

  /** What the rules say about a pattern as a whole: those count that are about every channel that it matches. */
  resolvePattern(pattern: string): ChannelOptions {
    return this.#combine(this.#covering(pattern));
  }

  /** Every option of this channel, or pattern, with the rule it comes from. Details of what is off are left out. */
  explain(channel: string): readonly ExplainedOption[] {
    const sources = new Map<string, OptionSource>();
    let settings = this.#defaults;
    for (const { sets, source } of isPattern(channel) ? this.#covering(channel) : this.#matching(channel)) {
      settings = { ...settings, ...sets };
      for (const option of Object.keys(sets)) sources.set(option, source);
    }
    return Object.entries(writeSettings(settings)).map(([option, value]) => ({
      option,
      value,
      source: sources.get(option) ?? { kind: "default" },
    }));
  }

  #combine(settings: readonly Sets[]): ChannelOptions {
    const key = settings.map(({ index }) => index).join();
    const known = this.#combinations.get(key);
    if (known !== undefined) return known;
    const combined = settings.reduce((before, { sets }) => ({ ...before, ...sets }), this.#defaults);
    const options = optionsOf(combined);
    this.#combinations.set(key, options);
    return options;
  }

  #covering(pattern: string): readonly Sets[] {
    return this.#layers.filter(({ match }) => patternCovers(match, pattern)).map(({ onOthers }) => onOthers);
  }

  #matching(channel: string): readonly Sets[] {
    const matching = this.#layers.filter(({ matches }) => matches(channel));
    return channel.startsWith("@")
      ? matching.map(({ onInbox }) => onInbox)
      : matching.map(({ onOthers }) => onOthers);
  }
}

function layer(rule: ChannelRule, source: OptionSource, index: number): Layer {
  const sets = settingsOfRule(rule);
  const { subscribe: _subscribe, publish: _publish, ...withoutAudiences } = sets;
  const namesInboxes = rule.match.startsWith("@");
  return {
    match: rule.match,
    matches: compilePattern(rule.match),
    onInbox: { sets: namesInboxes ? sets : withoutAudiences, source, index: `@${index}` },
    onOthers: { sets, source, index: `${index}` },
  };
}
