import type { Language, Say } from "../look/words.ts";

const DAY_MS = 86_400_000;

/** Making a formatter costs more than using it a thousand times. */
const TIME_FORMATS = {
  en: new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  zh: new Intl.DateTimeFormat("zh", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
} as const;

const DAY_FORMATS = {
  en: new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" }),
  zh: new Intl.DateTimeFormat("zh", { weekday: "long", day: "numeric", month: "long" }),
} as const;

/** The time of day. */
export function formatTime(timeMs: number, language: Language): string {
  return TIME_FORMATS[language].format(timeMs);
}

/** The day, as people say it. */
export function formatDay(timeMs: number, nowMs: number, language: Language, say: Say): string {
  const day = new Date(timeMs).toDateString();
  if (day === new Date(nowMs).toDateString()) return say("chat.today");
  if (day === new Date(nowMs - DAY_MS).toDateString()) return say("chat.yesterday");
  return DAY_FORMATS[language].format(timeMs);
}
