/** What a server tells about itself when it has started. */
export interface Started {
  readonly url: string;
  /** `file` holds the key; it is null for a key that was configured. */
  readonly apiKey: { readonly key: string; readonly file: string | null };
}

/** How the notice is written. */
export interface NoticeOptions {
  /** Whether only a person at a terminal reads it. A generated key is printed to nobody else. */
  readonly isInteractive: boolean;
  readonly demos: boolean;
  /** Whether everybody who reaches the server may read and write. */
  readonly isOpen: boolean;
}

const DEMOS = ["chat", "lockscreen", "kick", "notify", "ticker", "danmaku"];
const EXAMPLE_CHANNEL = "demo.chat.lobby";
const EXAMPLE_BODY = '{"data":{"text":"hello from curl"}}';

/**
 * The lines that a server prints when it is ready.
 *
 * The first begins with `listening on http://HOST:PORT`, which programs wait for. The rest is for people: where the pages and the API are,
 * the key, and a command that pushes a first message.
 */
export function startNotice({ url, apiKey }: Started, options: NoticeOptions): readonly string[] {
  const isShown = options.isInteractive && apiKey.file !== null;
  const kept = isShown || apiKey.file === null ? "" : ` (the API key is in ${apiKey.file})`;
  const rows: [string, string][] = [["page", `${url}/`]];
  if (options.demos) rows.push(["demos", DEMOS.map((demo) => `${url}/demo/${demo}`).join("  ")]);
  rows.push(["API", `${url}/api`], ["API key", keyRow(apiKey, isShown)]);
  return [
    `listening on ${url}${kept}`,
    "",
    ...rows.map(([name, value]) => `  ${name.padEnd(9)}${value}`),
    ...(options.isOpen ? ["  access   open: everybody who reaches this address may read and write"] : []),
    "",
    "  Push a message:",
    `  ${curlLine(url, bearer(apiKey, isShown))}`,
    "",
  ];
}

function keyRow({ key, file }: Started["apiKey"], isShown: boolean): string {
  if (file === null) return "as configured";
  return isShown ? `${key}  (kept in ${file})` : `in ${file}`;
}

/** The key itself for a person; else what puts it into the command without showing it. */
function bearer({ key, file }: Started["apiKey"], isShown: boolean): string {
  if (file === null) return "$TIDEWIRE_API_KEY";
  return isShown ? key : `$(cat '${file}')`;
}

function curlLine(url: string, key: string): string {
  return [
    `curl -X POST ${url}/api/channels/${EXAMPLE_CHANNEL}/messages`,
    `-H "Authorization: Bearer ${key}"`,
    `-H "Content-Type: application/json"`,
    `-d '${EXAMPLE_BODY}'`,
  ].join(" ");
}
