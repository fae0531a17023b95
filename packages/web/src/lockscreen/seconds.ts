import type { Language, Say } from "../look/words.ts";

/** A duration in seconds, with one place behind the point. */
export function formatSeconds(durationMs: number, say: Say, language: Language): string {
  const seconds = (durationMs / 1000).toLocaleString(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return say("lock.seconds", { seconds });
}
