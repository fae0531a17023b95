import { compilePattern, patternCovers } from "@tidewire/protocol";
import type { Grants } from "./identity.ts";

/** The patterns of a token, for each thing that it may allow. */
export interface GrantedPatterns {
  readonly subscribe: readonly string[];
  readonly publish: readonly string[];
}

type Matches = (channel: string) => boolean;

/**
 * What a token's patterns allow.
 *
 * As with rules, only a pattern that itself begins with `@` is about inboxes, so that `**` grants nothing there by accident. Nobody's
 * inbox is ever read by somebody else, whatever is granted; that is for the permissions to say.
 */
export class ChannelGrants implements Grants {
  readonly #subscribePatterns: readonly string[];
  readonly #subscribe: readonly Matches[];
  readonly #publish: readonly Matches[];

  /** Throws a RangeError for what is not a pattern. */
  constructor({ subscribe, publish }: GrantedPatterns) {
    this.#subscribePatterns = subscribe;
    this.#subscribe = subscribe.map(compileGrant);
    this.#publish = publish.map(compileGrant);
  }

  maySubscribe(channel: string): boolean {
    return this.#subscribe.some((matches) => matches(channel));
  }

  /** Whether some pattern of the token covers all that this one matches. */
  maySubscribePattern(pattern: string): boolean {
    return this.#subscribePatterns.some((granted) => patternCovers(granted, pattern));
  }

  mayPublish(channel: string): boolean {
    return this.#publish.some((matches) => matches(channel));
  }
}

/** Kept for tokens that say the same. Bounded, since users with channels of their own have grants of their own. */
const MAX_SHARED = 1000;

/** Gives all tokens that grant the same one object, so that ten thousand sessions do not hold it ten thousand times. */
export class SharedGrants {
  readonly #byPatterns = new Map<string, ChannelGrants>();

  of(patterns: GrantedPatterns): ChannelGrants {
    const key = JSON.stringify([patterns.subscribe, patterns.publish]);
    const known = this.#byPatterns.get(key);
    if (known !== undefined) return known;
    const grants = new ChannelGrants(patterns);
    const oldest = this.#byPatterns.size < MAX_SHARED ? undefined : this.#byPatterns.keys().next().value;
    if (oldest !== undefined) this.#byPatterns.delete(oldest);
    this.#byPatterns.set(key, grants);
    return grants;
  }
}

function compileGrant(pattern: string): Matches {
  const matches = compilePattern(pattern);
  const isAboutInboxes = pattern.startsWith("@");
  return (channel) => channel.startsWith("@") === isAboutInboxes && matches(channel);
}
