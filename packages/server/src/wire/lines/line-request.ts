import { jsonDepthExceeds, MAX_JSON_DEPTH, userIdProblem } from "@tidewire/protocol";
import { type BanRequest, readBan, readKick } from "../../core/ending-request.ts";
import { memberJson } from "../../core/json-text.ts";
import { type PushItem, readPushItem } from "../../core/push-item.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { KickOptions } from "../../core/kick.ts";
import type { Ending } from "../../core/sessions.ts";

/** What a raw-TCP line asks for, besides its key. */
export type LineAction =
  | { readonly action: "publish"; readonly item: PushItem }
  | { readonly action: "broadcast"; readonly dataJson: string }
  | DisconnectAction
  | { readonly action: "ban"; readonly user: string; readonly ban: BanRequest }
  | { readonly action: "unban"; readonly user: string };

/** An order to send somebody away: all of a user, or one connection. */
export interface DisconnectAction {
  readonly action: "disconnect";
  readonly target: { readonly user: string } | { readonly connection: string };
  readonly ending: Ending;
  readonly options: KickOptions;
}

/** A line that was understood: the key it came with, still unchecked, and what it asks for. */
export interface LineRequest {
  readonly ok: true;
  readonly key: string;
  readonly ask: LineAction | Refusal;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads one line of the raw-TCP interface.
 *
 * `from` must be `"api"`, which tells a backend's line from everything else; the key is what proves it. Since `key` is the
 * API key here, the key of a message is called `messageKey`. Unknown fields are ignored.
 */
export function readLine(text: string, maxTargets: number): LineRequest | Refusal {
  if (jsonDepthExceeds(text, MAX_JSON_DEPTH)) return refuse("too_deep");
  const line = parseObject(text);
  if (line === null) return refuse("malformed_json", "The line is not one JSON object.");
  if (line["from"] !== "api")
    return refuse("bad_request", 'A line needs "from": "api" and the API key as "key".');
  const { key } = line;
  if (typeof key !== "string") return refuse("unauthorized", "A line needs the API key as key.");
  return { ok: true, key, ask: readAction(line, text, maxTargets) };
}

function readAction(line: Fields, text: string, maxTargets: number): LineAction | Refusal {
  switch (line["action"] ?? "publish") {
    case "publish":
      return readPublish(line, text, maxTargets);
    case "broadcast":
      return readBroadcast(text);
    case "disconnect":
      return readDisconnect(line);
    case "ban":
      return readBanLine(line);
    case "unban": {
      const user = readUser(line);
      return typeof user === "string" ? { action: "unban", user } : user;
    }
    default:
      return refuse("invalid_field", "action: must be publish, broadcast, disconnect, ban or unban");
  }
}

function readPublish(line: Fields, text: string, maxTargets: number): LineAction | Refusal {
  const { channel, channels, user, users, data, id, messageKey, priority, exclude } = line;
  const fields = { channel, channels, user, users, data, id, key: messageKey, priority, exclude };
  const item = readPushItem(fields, { text, at: 0 }, maxTargets);
  return "code" in item ? item : { action: "publish", item };
}

function readBroadcast(text: string): LineAction | Refusal {
  const dataJson = memberJson({ text, at: 0 }, "data");
  if (dataJson === undefined) return refuse("invalid_field", "data: must be present; any JSON value will do");
  return { action: "broadcast", dataJson };
}

function readDisconnect(line: Fields): LineAction | Refusal {
  const kick = readKick(line);
  if ("ok" in kick) return kick;
  const { connection } = line;
  if (connection === undefined) {
    const user = readUser(line);
    return typeof user === "string" ? { action: "disconnect", target: { user }, ...kick } : user;
  }
  if (typeof connection !== "string") return refuse("invalid_field", "connection: must be a string");
  if (line["user"] !== undefined || kick.options.device !== null || kick.options.revoke)
    return refuse("invalid_field", "connection: goes without user, device and revoke");
  return { action: "disconnect", target: { connection }, ...kick };
}

function readBanLine(line: Fields): LineAction | Refusal {
  const user = readUser(line);
  if (typeof user !== "string") return user;
  const ban = readBan(line);
  return "ok" in ban ? ban : { action: "ban", user, ban };
}

function readUser({ user }: Fields): string | Refusal {
  if (typeof user !== "string") return refuse("invalid_field", "user: must be a string");
  const problem = userIdProblem(user);
  return problem === undefined ? user : refuse("invalid_field", `user: ${problem}`);
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
