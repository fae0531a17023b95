import type { Push } from "./messages/down.ts";

/**
 * The fields that must be there, by type: `$` a string, `#` a number, `?` a boolean, `*` anything, `[` an array.
 *
 * This is what a client relies on, not the whole schema: a browser that carried the schemas would pay kilobytes to
 * distrust its own server.
 */
const REQUIRED: { readonly [Type in Push["type"]]: string } = {
  connected: "connection$ session$ pingIntervalMs# maxMessageBytes# time# version#",
  subscribed: "channel$ recovered? deliver$",
  message: "channel$ id$ time# from* data*",
  gap: "channel$ epoch$ from* to* reason$",
  position: "channel$ epoch$ offset#",
  join: "channel$ members[",
  leave: "channel$ members[",
  unsubscribed: "channel$",
  published: "channel$ messageId$ duplicate?",
  history: "channel$ epoch$ offset# messages[ more?",
  presence: "channel$ members[",
  result: "data*",
  rate: "channel$",
  refresh: "expiresInMs#",
  refreshed: "",
  acked: "channel$ offset# unread#",
  error: "code$ message$ retryable?",
  disconnect: "code# reason$ reconnect? retryAfterMs#",
  pong: "",
};

/**
 * Reads the text of one frame from the server.
 *
 * Undefined for what is not JSON, for a type that this version does not know, and for a known type that lacks what a
 * client relies on: ignore it. Never throws. Unknown fields are kept.
 */
export function decodePush(text: string): Push | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPush(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPush(value: unknown): value is Push {
  if (!isObject(value)) return false;
  const type = value["type"];
  if (typeof type !== "string" || !isPushType(type)) return false;
  if (!REQUIRED[type].split(" ").every((field) => !field || hasField(value, field))) return false;
  // A position is whole or absent: half of one would be stored and sent back as nonsense.
  return !("offset" in value || "epoch" in value) || hasPosition(value, type);
}

function hasPosition(value: Readonly<Record<string, unknown>>, type: string): boolean {
  if (type === "acked" || type === "gap") return true;
  return typeof value["epoch"] === "string" && Number.isSafeInteger(value["offset"]);
}

function hasField(value: Readonly<Record<string, unknown>>, field: string): boolean {
  const found = value[field.slice(0, -1)];
  switch (field.slice(-1)) {
    case "$":
      return typeof found === "string";
    case "#":
      // JSON.parse makes Infinity of 1e999.
      return Number.isFinite(found);
    case "?":
      return typeof found === "boolean";
    case "[":
      return Array.isArray(found);
    default:
      return found !== undefined;
  }
}

function isPushType(type: string): type is Push["type"] {
  return Object.hasOwn(REQUIRED, type);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
