import { readFileSync, writeFileSync } from "node:fs";
import { ALL_ATTACKS } from "./attacks/all-attacks.ts";
import { markdownRow, TABLE_HEAD } from "./report.ts";
import type { AttackResult } from "./run-attacks.ts";

const SECURITY = new URL("../../SECURITY.md", import.meta.url);
const BEGIN = "<!-- attacks: written by `npm run attack -- --long --write` -->\n";
const END = "<!-- end of attacks -->";

/** Writes the rows of these attacks into SECURITY.md. Others keep theirs; those of attacks that are no longer tried go. */
export function writeSecurityTable(results: readonly AttackResult[]): void {
  const { before, rows, after } = parts();
  for (const result of results) rows.set(result.attack.name, markdownRow(result));
  const table = [TABLE_HEAD, ...ALL_ATTACKS.map(({ name }) => rows.get(name)).filter(Boolean)].join("\n");
  writeFileSync(SECURITY, `${before}${table}\n${after}`);
}

/** The attacks that SECURITY.md tells of, in its order. */
export function attacksInTable(): readonly string[] {
  return [...parts().rows.keys()];
}

function parts(): { readonly before: string; readonly rows: Map<string, string>; readonly after: string } {
  const text = readFileSync(SECURITY, "utf8");
  const begin = text.indexOf(BEGIN) + BEGIN.length;
  const end = text.indexOf(END);
  if (begin < BEGIN.length || end < begin) throw new Error("SECURITY.md has lost the marks of the table");
  const [, , ...lines] = text.slice(begin, end).trimEnd().split("\n");
  const rows = new Map(lines.map((line) => [line.split(" | ")[0]?.replace(/^\| /, "") ?? "", line]));
  return { before: text.slice(0, begin), rows, after: text.slice(end) };
}
