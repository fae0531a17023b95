import type { Terminal } from "./terminal.ts";

/** The looks that text can have, by their numbers in ECMA-48 §8.3.117. */
const LOOKS = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** How a piece of text can look. */
type Look = keyof typeof LOOKS;

/** Gives a piece of text a look. */
export type Paint = (look: Look, text: string) => string;

/** Paints where the terminal shows it, and leaves the text as it is elsewhere. */
export function paintOn({ hasColours }: Terminal): Paint {
  return hasColours ? (look, text) => `\x1b[${LOOKS[look]}m${text}\x1b[0m` : (_look, text) => text;
}
