import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Files that the server has open beside its connections: the store, logs, the way to the backend. */
const OTHER_FILES = 100;
/** With fewer, nothing serious can be served. */
const TOO_FEW = 1024;
const USUAL = 65_536;

const CHECK = "open files";

/** Whether as many files may be open as connections are expected. `isWanted`: somebody has said how many. */
export function openFilesFinding(limit: number | null, connections: number, isWanted: boolean): Finding {
  if (limit === null) return ok(CHECK, "This system names no limit.");
  const needed = connections + OTHER_FILES;
  if (limit >= needed) return ok(CHECK, `${limit}, and ${connections} connections need about ${needed}`);
  const raised = Math.max(USUAL, 2 ** Math.ceil(Math.log2(needed)));
  const message = `${limit} may be open, and ${connections} connections need about ${needed}. Further ones are not accepted.`;
  const mend = `ulimit -n ${raised}   # in a systemd unit: LimitNOFILE=${raised}; with Docker: --ulimit nofile=${raised}`;
  return isWanted || limit < TOO_FEW ? fail(CHECK, message, mend) : warn(CHECK, message, mend);
}

/**
 * How many files this process, and so a server that is started like it, may have open; null: without limit, or unknown.
 *
 * Node raises its soft limit to the hard one when it starts, which this shows.
 */
export function openFileLimit(): number | null {
  return numberIn(fromProc()) ?? numberIn(fromShell());
}

function fromProc(): string {
  try {
    return /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function fromShell(): string {
  try {
    return execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

function numberIn(text: string): number | null {
  return /^\d+$/.test(text.trim()) ? Number(text) : null;
}
