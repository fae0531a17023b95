/** Where a server listens unless it is told otherwise. The examples look for it there. */
const DEFAULT_ORIGIN = "http://127.0.0.1:8080";

/** The command that starts a program of `examples/` against the server at this origin, from a clone where the server runs. */
export function exampleLine(origin: string, program: string): string {
  const command = `node examples/${program}`;
  return origin === DEFAULT_ORIGIN ? command : `${command} ${origin}`;
}
