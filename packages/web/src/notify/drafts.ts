import type { Say } from "../look/words.ts";
import type { Draft } from "./console.ts";

const DRAFTS = [0, 1, 2] as const;

/** Something to push, in the words of the page. After the last one the first comes again. */
export function draft(number: number, say: Say): Draft {
  const index = DRAFTS[number % DRAFTS.length] ?? 0;
  return { title: say(`notify.draft.${index}.title`), text: say(`notify.draft.${index}.text`) };
}
