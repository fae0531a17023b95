import { isOffset, jsonDepthExceeds, KICK_CODES, MAX_JSON_DEPTH } from "@tidewire/protocol";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Targets } from "../../core/targets.ts";

/** What a raw-TCP line asks for, besides its key. */
export type LineAction =
  | {
      readonly action: "publish";
      readonly targets: Targets;
      readonly dataJson: string;
      readonly id: string | null;
      readonly messageKey: string | null;
      readonly priority: "high" | null;
      readonly exclude: string | null;
    }
  | { readonly action: "broadcast"; readonly dataJson: string }
  | {
      readonly action: "disconnect";
      readonly user: string;
      readonly reason: string;
      readonly code: number | null;
    };

/** A line that was understood: the key it came with, still unchecked, and what it asks for. */
export interface LineRequest {
  readonly ok: true;
  readonly key: string;
  readonly ask: LineAction;
}

/**
 * Reads one line of the raw-TCP interface.
 *
 * `from` must be `"api"`, which tells a backend's line from everything else; the key is what proves it. Unknown fields are
 * ignored.
 */
export function readLine(text: string): LineRequest | Refusal {
  if (jsonDepthExceeds(text, MAX_JSON_DEPTH)) return refuse("too_deep");
  const line = parseObject(text);
  if (line === null) return refuse("malformed_json", "The line is not one JSON object.");
  if (line["from"] !== "api")
    return refuse("bad_request", 'A line needs "from": "api" and the API key as "key".');
  const key = line["key"];
  if (typeof key !== "string") return refuse("unauthorized", "A line needs the API key as key.");
  const ask = readAction(line);
  return "ok" in ask ? ask : { ok: true, key, ask };
}

function readAction(line: Fields): LineAction | Refusal {
  switch (line["action"] ?? "publish") {
    case "publish":
      return readPublish(line);
    case "broadcast":
      return line["data"] === undefined
        ? refuse("invalid_field", "data: is missing")
        : { action: "broadcast", dataJson: JSON.stringify(line["data"]) };
    case "disconnect":
      return readDisconnect(line);
    default:
      return refuse("invalid_field", "action: must be publish, broadcast or disconnect");
  }
}

function readPublish(line: Fields): LineAction | Refusal {
  if (line["data"] === undefined) return refuse("invalid_field", "data: is missing");
  const read = readTexts(line, ["channel", "user", "id", "messageKey", "priority", "exclude"]);
  if (!read.ok) return read;
  const { texts } = read;
  const channels = readList(line["channels"]);
  const users = readList(line["users"]);
  if (channels === null || users === null)
    return refuse("invalid_field", "channels, users: must be lists of strings");
  const priority = texts["priority"] ?? "normal";
  if (priority !== "high" && priority !== "normal") {
    return refuse("invalid_field", "priority: must be high or normal");
  }
  return {
    action: "publish",
    targets: { channel: texts["channel"], channels, user: texts["user"], users },
    dataJson: JSON.stringify(line["data"]),
    id: texts["id"] ?? null,
    messageKey: texts["messageKey"] ?? null,
    priority: priority === "high" ? "high" : null,
    exclude: texts["exclude"] ?? null,
  };
}

function readDisconnect(line: Fields): LineAction | Refusal {
  const { user, reason = "", code = null } = line;
  if (typeof user !== "string") return refuse("invalid_field", "user: must be a string");
  if (typeof reason !== "string") return refuse("invalid_field", "reason: must be a string");
  if (code !== null && !(isOffset(code) && code >= KICK_CODES.min && code <= KICK_CODES.max)) {
    return refuse("invalid_field", `code: must be from ${KICK_CODES.min} to ${KICK_CODES.max}`);
  }
  return { action: "disconnect", user, reason, code };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

interface Texts {
  readonly ok: true;
  readonly texts: Readonly<Record<string, string>>;
}

function readTexts(line: Fields, names: readonly string[]): Texts | Refusal {
  const texts: Record<string, string> = {};
  for (const name of names) {
    const value = line[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== "string") return refuse("invalid_field", `${name}: must be a string`);
    texts[name] = value;
  }
  return { ok: true, texts };
}

/** undefined: absent; null: not a list of strings. */
function readList(value: unknown): readonly string[] | undefined | null {
  if (value === undefined) return undefined;
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : null;
}
