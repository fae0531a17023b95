/** The command that pushes a message to a channel of the server at this origin. */
export function curlLine(origin: string, channel: string, text: string): string {
  const data = JSON.stringify({ data: { text } }).replaceAll("'", "'\\''");
  return [
    `curl -X POST ${origin}/api/channels/${encodeURIComponent(channel)}/messages`,
    `-H "Authorization: Bearer $TIDEWIRE_API_KEY"`,
    `-H "Content-Type: application/json"`,
    `-d '${data}'`,
  ].join(" ");
}
