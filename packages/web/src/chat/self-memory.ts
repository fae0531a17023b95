import type { Memory } from "../look/remembered.ts";
import type { Language } from "../look/words.ts";
import { formatSelf, newSelf, parseSelf, type Self } from "./identity.ts";

/** How a page keeps a name to itself among the open pages of a browser. */
export interface Claims {
  /**
   * Takes a name for as long as the page lives, after at most `waitMs` if another page has it.
   *
   * Resolves with false when that one keeps it. Rejects where the browser forbids locks.
   */
  take(name: string, waitMs: number): Promise<boolean>;
}

/** What decides who somebody at a page is. */
export interface SelfOptions {
  readonly browser: Memory;
  readonly tab: Memory;
  /** Undefined where pages cannot know of each other. */
  readonly claims: Claims | undefined;
  /** Whether the page is to be somebody else than the remembered person in any case. */
  readonly wantsGuest: boolean;
  /** The language of a random name. */
  readonly language: Language;
}

/** Where the browser remembers its person; also the name of the claim to be that person. */
const SELF = "chat.self";

/** Where a tab remembers its guest, or that it had the browser's person. */
const TAB = "chat.tab";
const HAD_REMEMBERED = "remembered";

/**
 * How long a tab waits for the person it was before.
 *
 * A reloaded page may ask before the browser has released what its predecessor held. A duplicated tab waits in vain, since
 * the first one keeps its person, so this is also how late a duplicate begins.
 */
const RELOAD_WAIT_MS = 1000;

/** Who a page begins as, and where changes of name and face are remembered. */
export class SelfMemory {
  readonly self: Self;
  /** Whether the person lasts no longer than this tab. */
  readonly isGuest: boolean;
  readonly #memory: Memory;

  constructor(self: Self, isGuest: boolean, memory: Memory) {
    this.self = self;
    this.isGuest = isGuest;
    this.#memory = memory;
    this.remember(self);
  }

  remember(self: Self): void {
    this.#memory.remember(this.isGuest ? TAB : SELF, formatSelf(self));
  }
}

/**
 * Finds out who somebody at this page is.
 *
 * The first page that is open in a browser is the browser's remembered person. Every other is a guest: a new person, remembered by its
 * tab. A reloaded page is who it was; of a duplicated tab's two pages the older one is. Where pages cannot know of each
 * other, all are the remembered person but those that want a guest.
 */
export async function findSelf(options: SelfOptions): Promise<SelfMemory> {
  try {
    if (options.claims !== undefined) return await claimSelf(options, options.claims);
  } catch {
    // Locks are forbidden, as cookies may be: the same as none.
  }
  if (!options.wantsGuest) return rememberedSelf(options);
  return new SelfMemory(parseSelf(options.tab.recall(TAB)) ?? newSelf(options.language), true, options.tab);
}

async function claimSelf(options: SelfOptions, claims: Claims): Promise<SelfMemory> {
  const { tab, wantsGuest, language } = options;
  const line = tab.recall(TAB);
  const before = parseSelf(line);
  if (before !== undefined) {
    if (await claims.take(guestClaim(before), RELOAD_WAIT_MS)) return new SelfMemory(before, true, tab);
  } else if (!wantsGuest) {
    const waitMs = line === HAD_REMEMBERED ? RELOAD_WAIT_MS : 0;
    if (await claims.take(SELF, waitMs)) {
      tab.remember(TAB, HAD_REMEMBERED);
      return rememberedSelf(options);
    }
  }
  const guest = newSelf(language);
  // Nobody else can have an id that was just drawn: this keeps a later duplicate of the tab from it.
  await claims.take(guestClaim(guest), 0);
  return new SelfMemory(guest, true, tab);
}

function guestClaim(guest: Self): string {
  return `chat.guest.${guest.user}`;
}

function rememberedSelf({ browser, language }: SelfOptions): SelfMemory {
  return new SelfMemory(parseSelf(browser.recall(SELF)) ?? newSelf(language), false, browser);
}
