import type { JsonValue } from "@tidewire/protocol";
import { isJsonObject, type Person } from "./person.ts";

/** Longest text a person can send, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 2000;

/** What a message shows: a text, or whatever else a backend sent. */
export type Body =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "json"; readonly json: string };

/** Whom a private message is for, and the room it was written in. */
export interface Addressee {
  readonly room: string;
  readonly user: string;
  readonly name: string;
}

/** What this chat publishes as `data`. */
export function chatData(from: Person, text: string, to: Addressee | undefined): JsonValue {
  const data = { text, name: from.name, face: from.face };
  return to === undefined ? data : { ...data, private: { room: to.room, user: to.user, name: to.name } };
}

/** Reads what to show of a message: its `text`, itself when it is a string, else its JSON on one line. */
export function readBody(data: JsonValue): Body {
  if (typeof data === "string") return { kind: "text", text: data };
  if (isJsonObject(data) && typeof data["text"] === "string") return { kind: "text", text: data["text"] };
  return { kind: "json", json: JSON.stringify(data) };
}

/** Reads whom a private message is for; undefined when it says nothing sensible about it. */
export function readAddressee(data: JsonValue): Addressee | undefined {
  const to = isJsonObject(data) ? data["private"] : undefined;
  if (!isJsonObject(to)) return undefined;
  const { room, user, name } = to;
  return typeof room === "string" && typeof user === "string" && typeof name === "string"
    ? { room, user, name }
    : undefined;
}
