import { CHAT_WORDS } from "./words/chat.ts";
import { DANMAKU_WORDS } from "./words/danmaku.ts";
import { KICK_WORDS } from "./words/kick.ts";
import { LANDING_WORDS } from "./words/landing.ts";
import { LOCKSCREEN_WORDS } from "./words/lockscreen.ts";
import { NOTIFY_WORDS } from "./words/notify.ts";
import { SHARED_WORDS } from "./words/shared.ts";
import { TICKER_WORDS } from "./words/ticker.ts";

/** The languages of the pages. */
export type Language = "en" | "zh";

/** A phrase in every language. `{name}` stands for a value; two English forms are chosen by `{count}`. */
export interface Phrase {
  readonly en: string | { readonly one: string; readonly other: string };
  readonly zh: string;
}

/** The one table of words. */
export const WORDS = {
  ...SHARED_WORDS,
  ...CHAT_WORDS,
  ...DANMAKU_WORDS,
  ...KICK_WORDS,
  ...LANDING_WORDS,
  ...LOCKSCREEN_WORDS,
  ...NOTIFY_WORDS,
  ...TICKER_WORDS,
} as const satisfies Record<string, Phrase>;

export type WordKey = keyof typeof WORDS;

/** Gives a phrase with its values filled in. */
export type Say = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string;

/** Gives the phrases of one language. A value that is missing leaves its `{name}` standing. */
export function sayIn(language: Language): Say {
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) => {
    const phrase: Phrase = WORDS[key];
    const form = language === "zh" ? phrase.zh : english(phrase.en, values["count"]);
    return form.replace(/\{(\w+)\}/g, (found, name: string) => {
      const value = values[name];
      if (value === undefined) return found;
      return typeof value === "number" ? numbers.format(value) : value;
    });
  };
}

function english(forms: Phrase["en"], count: string | number | undefined): string {
  if (typeof forms === "string") return forms;
  return count === 1 ? forms.one : forms.other;
}
