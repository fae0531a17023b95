import type { AttackResult } from "./run-attacks.ts";

const MB = 1024 * 1024;

/** An attack's result as a line for whoever watches, and a line for each breach. */
export function resultLines(result: AttackResult): readonly string[] {
  const { attack, happened, breaches } = result;
  const verdict = breaches.length === 0 ? "held  " : "BREACH";
  return [
    `${verdict} ${attack.name} (${attack.target}): ${happened} [${figures(result)}]`,
    ...breaches.map((breach) => `       ${breach}`),
  ];
}

/** The head of a Markdown table of results. */
export const TABLE_HEAD: string = [
  row(["attack", "what is tried", "what has to hold", "what happened", "neighbour's p99 (at rest)"]),
  row(["---", "---", "---", "---", "---"]),
].join("\n");

/** A result as a row of that table. */
export function markdownRow({ attack, happened, atRest, meanwhile }: AttackResult): string {
  const { name, tried, defence } = attack;
  return row([name, tried, defence, happened, `${ms(meanwhile.p99Ms)} (${ms(atRest.p99Ms)})`]);
}

/** The results as JSON, for programs. */
export function resultsJson(results: readonly AttackResult[]): string {
  return JSON.stringify(
    results.map(({ attack: { name, target, tried, defence }, ...seen }) => ({
      name,
      target,
      tried,
      defence,
      ...seen,
    })),
    null,
    2,
  );
}

function figures({ atRest, meanwhile, memoryRiseBytes }: AttackResult): string {
  const { p99Ms, worstMs, messages } = meanwhile;
  const rise = Math.round(memoryRiseBytes / MB);
  return `neighbour p99 ${ms(p99Ms)}, at rest ${ms(atRest.p99Ms)}, worst ${ms(worstMs)} of ${messages}; +${rise} MB`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
