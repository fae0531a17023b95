import { paintOn } from "../colours.ts";
import type { Terminal } from "../terminal.ts";
import type { Finding } from "./finding.ts";

const LOOKS = { ok: "green", warn: "yellow", fail: "red" } as const;

/** How findings read in a terminal: each in a line, and what mends it below. */
export function findingLines(
  { check, status, message, mend }: Finding,
  terminal: Terminal,
): readonly string[] {
  const paint = paintOn(terminal);
  const head = `${paint(LOOKS[status], status.padEnd(4))}  ${paint("bold", check)}: ${message}`;
  return mend === null ? [head] : [head, `      ${mend}`];
}

/** The last line: how many need somebody. */
export function summaryLine(findings: readonly Finding[]): string {
  const count = (status: Finding["status"]): number =>
    findings.filter((finding) => finding.status === status).length;
  const [failed, warned] = [count("fail"), count("warn")];
  if (failed + warned === 0) return "Everything is as it should be.";
  return `${failed} to mend, ${warned} to look at.`;
}
