import type { JsonValue, Message } from "@tidewire/client";
import { readBody } from "../chat/chat-data.ts";
import { isJsonObject } from "../chat/person.ts";

/** The colours of comments, legible on every scene. */
export const COLOURS = {
  white: "#ffffff",
  yellow: "#ffe066",
  coral: "#ff9d8a",
  green: "#7ee2a8",
  blue: "#8ec9ff",
  pink: "#ffb3dd",
} as const;

export type Colour = keyof typeof COLOURS;

/** In the order in which they are offered. */
export const COLOUR_NAMES: readonly Colour[] = ["white", "yellow", "coral", "green", "blue", "pink"];

/** The longest comment that can be written, in UTF-16 units. */
export const MOST_CHARACTERS = 60;

/** Whose word it is. Gifts and the moderator's words come from the backend alone. */
type Rank = "plain" | "own" | "gift" | "moderator" | "sample";

/** A comment as it is shown. The text is a stranger's, and is shown as text. */
export interface Comment {
  readonly id: string;
  readonly timeMs: number;
  readonly text: string;
  readonly colour: Colour;
  readonly rank: Rank;
}

/** What this page publishes. */
export function commentData(text: string, colour: Colour): JsonValue {
  return { text, colour };
}

/** Reads a message, of which anything may be expected. `self` is the user of this page. */
export function readComment(
  { id, time, from, data }: Pick<Message<JsonValue>, "id" | "time" | "from" | "data">,
  self: string,
): Comment {
  const body = readBody(data);
  const text = (body.kind === "text" ? body.text : body.json).replace(/\s+/g, " ").trim();
  const { colour, kind } = isJsonObject(data) ? data : {};
  return {
    id,
    timeMs: time,
    text: text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text,
    colour: COLOUR_NAMES.find((name) => name === colour) ?? "white",
    rank: "api" in from ? houseRank(kind) : from.user === self ? "own" : "plain",
  };
}

function houseRank(kind: JsonValue | undefined): Rank {
  return kind === "gift" || kind === "moderator" ? kind : "plain";
}

/** Whether it is shown before all others. */
export function standsOut({ rank }: Comment): boolean {
  return rank === "own" || rank === "gift" || rank === "moderator";
}
