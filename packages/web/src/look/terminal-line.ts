import { shellQuoted } from "./shell-quoted.ts";

/** Where a server listens unless it is told otherwise. The command line and the examples look for it there. */
const DEFAULT_ORIGIN = "http://127.0.0.1:8080";

/** The command that starts a program of `examples/` against the server at this origin, from a clone where the server runs. */
export function exampleLine(origin: string, program: string): string {
  const command = `node examples/${program}`;
  return origin === DEFAULT_ORIGIN ? command : `${command} ${origin}`;
}

/** A command of the server's own command line, for the server at this origin. Each argument arrives as it is. */
export function tidewireLine(origin: string, ...args: readonly string[]): string {
  return ["npx tidewire", ...[...args, ...flagsFor(origin)].map(shellQuoted)].join(" ");
}

/** For a server of this machine the port is enough, and the key in the data folder holds; with an address it would not. */
function flagsFor(origin: string): readonly string[] {
  if (origin === DEFAULT_ORIGIN) return [];
  const { protocol, hostname, port } = new URL(origin);
  return protocol === "http:" && hostname === "127.0.0.1" && port !== ""
    ? ["--port", port]
    : ["--url", origin];
}
