/** What is looked at, in the order in which it is told. docs/cli.md lists it. */
export const CHECKS = [
  "node",
  "configuration",
  "open files",
  "memory",
  "clock",
  "data folder",
  "API key",
  "port",
  "certificate",
  "WebSocket",
  "event streams",
  "client addresses",
  "clock of the server",
  "quiet connections",
] as const;

/** The name of a check in {@link CHECKS}. */
type Check = (typeof CHECKS)[number];

/** What a check has found. */
export interface Finding {
  readonly check: Check;
  readonly status: "ok" | "warn" | "fail";
  /** What it is like, or what is wrong. */
  readonly message: string;
  /** The command or the line of a configuration that mends it; null where there is nothing to mend. */
  readonly mend: string | null;
}

export function ok(check: Check, message: string): Finding {
  return { check, status: "ok", message, mend: null };
}

export function warn(check: Check, message: string, mend: string): Finding {
  return { check, status: "warn", message, mend };
}

export function fail(check: Check, message: string, mend: string): Finding {
  return { check, status: "fail", message, mend };
}
