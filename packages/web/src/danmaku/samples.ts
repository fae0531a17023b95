import type { Say } from "../look/words.ts";
import { COLOUR_NAMES, type Comment } from "./comment.ts";

const SAMPLES = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const APART_MS = 4000;

/** What is shown in a room where nobody has written yet, in the words of the page. Nobody else sees it. */
export function sampleComments(say: Say): readonly Comment[] {
  const nowMs = Date.now();
  return SAMPLES.map((number) => ({
    id: `sample.${number}`,
    timeMs: nowMs - (SAMPLES.length - number) * APART_MS,
    text: say(`danmaku.sample.${number}`),
    colour: COLOUR_NAMES[(number * 5) % COLOUR_NAMES.length] ?? "white",
    rank: "sample",
  }));
}
