import { shellQuoted } from "./shell-quoted.ts";

/** The command that pushes a message to a channel of the server at this origin. */
export function curlLine(origin: string, channel: string, text: string): string {
  return curlCall(origin, `/api/channels/${encodeURIComponent(channel)}/messages`, { data: { text } });
}

/** The command that posts this body to a path of the API. */
export function curlCall(origin: string, path: string, body: object): string {
  return [
    `curl -X POST ${origin}${path}`,
    `-H "Authorization: Bearer $TIDEWIRE_API_KEY"`,
    `-H "Content-Type: application/json"`,
    `-d ${shellQuoted(JSON.stringify(body))}`,
  ].join(" ");
}
