import { readFileSync } from "node:fs";

/** One row of a Markdown table, cell by cell. */
export type Row = readonly string[];

/** Reads a page of the documentation. */
export function readPage(name: string): string {
  return readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
}

/** The text below a heading, up to the next heading of the same level or a higher one. */
export function sectionOf(page: string, level: number, title: string): string | undefined {
  const heading = `${"#".repeat(level)} ${title}`;
  const lines = page.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) return undefined;
  const next = new RegExp(`^#{1,${level}} `);
  const length = lines.slice(start + 1).findIndex((line) => next.test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

/** The rows of every table in the text, without heads and rules. */
export function tableRows(text: string): readonly Row[] {
  const lines = text.split("\n");
  return lines
    .filter((line, index) => line.startsWith("|") && !isRule(line) && !isRule(lines[index + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The lines of the code blocks whose info string is this. */
export function codeLines(text: string, info: string): readonly string[] {
  const blocks = text
    .split(/^```/m)
    .filter((block, index) => index % 2 === 1 && block.startsWith(`${info}\n`));
  return blocks.flatMap((block) => block.split("\n").slice(1)).filter((line) => line !== "");
}

function isRule(line: string): boolean {
  return /^\|[-|]+\|$/.test(line);
}
