import { readFileSync } from "node:fs";

/** Reads a page of the documentation. */
export function readPage(name: string): string {
  return readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
}

/** The rows of the table with these column titles, each as its cells. */
export function tableOf(page: string, ...titles: readonly string[]): readonly (readonly string[])[] {
  const lines = page.split("\n");
  const head = lines.findIndex((line) => line.startsWith("|") && cellsOf(line).join() === titles.join());
  if (head < 0) throw new Error(`The page has no table with the columns ${titles.join(", ")}.`);
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end).map(cellsOf);
}

/** The code blocks of a language, in order. */
export function codeBlocks(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms");
  return [...page.matchAll(fence)].map(([, code = ""]) => code);
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}
