import { PATIENCE_MS } from "./deadline.ts";

/** The answer to a command over HTTP. */
export interface CommandAnswer {
  readonly status: number;
  /** The frame that answers it; null when it succeeds in silence. */
  readonly frame: Readonly<Record<string, unknown>> | null;
}

/** Sends a command, or what looks like one, for the session with this secret. */
export async function sendCommand(
  server: { readonly url: string },
  session: string,
  command: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<CommandAnswer> {
  const response = await fetch(`${server.url}/command`, {
    method: "POST",
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { "content-type": "application/json", "tidewire-session": session, ...headers },
    body: typeof command === "string" ? command : JSON.stringify(command),
  });
  const text = await response.text();
  return { status: response.status, frame: text === "" ? null : JSON.parse(text) };
}
