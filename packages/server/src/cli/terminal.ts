/** Where the command line's words go. */
export interface Terminal {
  /** One line to standard output. */
  print(line: string): void;
  /** One line to standard error. */
  complain(line: string): void;
  /** Shows how far something is, in the place of what was shown before; empty takes it away. Only a person sees it. */
  progress(line: string): void;
  /** Whether a person reads standard output; only then may a secret be printed. */
  readonly isInteractive: boolean;
  /** Whether standard output shows colours: on a terminal, unless `NO_COLOR` is set. */
  readonly hasColours: boolean;
}

/** Tells whether a person has not asked for text without colours (no-color.org). */
export function wantsColours(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env["NO_COLOR"] ?? "") === "";
}

const isInteractive = process.stdout.isTTY;

/** The process's own standard output and error. */
export const processTerminal: Terminal = {
  print: (line) => console.log(line),
  complain: (line) => console.error(line),
  progress(line) {
    // To the line's start, and what stands there away (ECMA-48 §8.3.41).
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line}`);
  },
  isInteractive,
  hasColours: isInteractive && wantsColours(process.env),
};
