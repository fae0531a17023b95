import type { JsonValue, Message } from "@tidewire/client";
import { readBody } from "../chat/chat-data.ts";
import { isJsonObject } from "../chat/person.ts";

/** What a device shows of one message. All texts are others' and are shown as text. */
export interface Notice {
  readonly offset: number;
  readonly timeMs: number;
  /** Empty when the message has none. */
  readonly title: string;
  readonly text: string;
  /** Whether the API published it, and not a page. */
  readonly isFromBackend: boolean;
}

/** Reads a message: its `title` and `text`, else whatever it holds. An inbox always keeps history, so there is an offset. */
export function readNotice({ data, offset = 0, time, from }: Message<JsonValue>): Notice {
  const title = isJsonObject(data) && typeof data["title"] === "string" ? data["title"] : "";
  const body = readBody(data);
  const rest = title === "" && body.kind === "json" ? body.json : "";
  return {
    offset,
    timeMs: time,
    title,
    text: body.kind === "text" ? body.text : rest,
    isFromBackend: "api" in from,
  };
}
