import { execFileSync } from "node:child_process";

/** What a POSIX shell hands to `command` when this line is pasted into it. */
export function pasted(command: string, line: string): readonly string[] {
  const script = `${command}() { printf '%s\\0' "$@"; }\n${line}`;
  const output = execFileSync("sh", ["-c", script], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TIDEWIRE_API_KEY: "k1" },
  });
  return output.split("\0").slice(0, -1);
}
