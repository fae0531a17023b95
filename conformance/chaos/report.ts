import type { ChaosOutcome } from "./chaos-run.ts";
import { type Keeping, TRIMMED_MESSAGES } from "./channels.ts";
import type { Problem, Tally, Verdict } from "./findings.ts";

const ROWS: readonly (readonly [keyof Tally, string])[] = [
  ["sent", "published"],
  ["acknowledged", "acknowledged"],
  ["recognised", "repeats recognised"],
  ["stored", "stored at the end"],
  ["delivered", "delivered"],
  ["lost", "lost"],
  ["duplicated", "duplicated"],
  ["reordered", "reordered"],
  ["gaps", "gaps told"],
  ["newEpochs", "new epochs"],
  ["caughtUp", "fell behind, caught up"],
];

const PROBLEMS_SHOWN = 20;

/** What a run has shown, in lines of text. */
export function reportLines({ evidence, moments }: ChaosOutcome, verdict: Verdict): readonly string[] {
  const kills = moments.serving + moments.starting + moments.stopping;
  const connections = evidence.subscribers.reduce((sum, subscriber) => sum + subscriber.connections, 0);
  const doors = evidence.publishers.map(({ name }) => name).join(", ");
  return [
    `${kills} kills with SIGKILL (${moments.serving} while serving, ${moments.starting} while starting, ${moments.stopping} while stopping), ${moments.clean} orderly restarts`,
    `${evidence.publishers.length} publishers (${doors})`,
    `${evidence.subscribers.length} subscribers, which connected ${connections} times; ${evidence.cursors.length} reading cursors checked`,
    "",
    ...tallyLines(verdict, [
      ["disk", "disk"],
      ["process", "process"],
      ["trimmed", `disk, ${TRIMMED_MESSAGES} kept`],
      ["memory", "false"],
    ]),
    "",
    ...problemLines(verdict.problems),
  ];
}

/** A table of what was counted, with a column for each of these kinds of channels under its heading. */
export function tallyLines(
  { tallies }: Verdict,
  columns: readonly (readonly [Keeping, string])[],
): readonly string[] {
  const headings = columns.map(([, heading]) => heading);
  const cellsOf = (field: keyof Tally): readonly string[] =>
    columns.map(([keeping]) => String(tallies.get(keeping)?.[field] ?? 0));
  return [row("durable:", headings), ...ROWS.map(([field, label]) => row(label, cellsOf(field)))];
}

function row(label: string, cells: readonly string[]): string {
  return label.padEnd(24) + cells.map((cell) => cell.padStart(16)).join("");
}

/** What is wrong, the first of it in full. */
export function problemLines(problems: readonly Problem[]): readonly string[] {
  if (problems.length === 0) return ["violations: 0"];
  const shown = problems.slice(0, PROBLEMS_SHOWN).map(({ kind, detail }) => `  ${kind}: ${detail}`);
  const more = problems.length - shown.length;
  return [`violations: ${problems.length}`, ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}
