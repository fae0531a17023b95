import type { IncomingHttpHeaders } from "node:http";
import { messageIdProblem } from "@tidewire/protocol";
import { elementSpans, type JsonText, memberSpan } from "../core/json-text.ts";
import { type PushItem, readPushItem } from "../core/push-item.ts";
import { type Refusal, refuse } from "../core/refusal.ts";
import { idempotencyKey } from "./idempotency-key.ts";

/**
 * Reads the messages of a batch, in their order.
 *
 * One that cannot be used is a refusal in its place. With an `Idempotency-Key` of the request, message i without an id of its own has
 * `KEY:i`. The whole batch is refused when it is no list, or has more than `maxMessages`, counted by channel.
 */
export function readBatch(
  body: unknown,
  json: JsonText,
  headers: IncomingHttpHeaders,
  maxMessages: number,
): readonly (PushItem | Refusal)[] | Refusal {
  const items = messagesOf(body);
  const span = items === null ? undefined : memberSpan(json, "messages");
  if (items === null || span === undefined) return refuse("invalid_field", "messages: must be a list");
  if (items.length === 0) return refuse("invalid_field", "messages: must hold at least one");
  if (items.length > maxMessages) return tooMany(maxMessages);
  const key = idempotencyKey(headers);
  if (key !== null && typeof key !== "string") return key;
  const keyProblem = key === null ? undefined : messageIdProblem(`${key}:${items.length - 1}`);
  if (keyProblem !== undefined) {
    return refuse(
      "invalid_field",
      "Idempotency-Key: is too long for the ids of the batch, which are KEY:0, KEY:1, …",
    );
  }
  const spans = elementSpans({ text: json.text, at: span.start });
  const read = items.map((item, index) => {
    const push = readPushItem(item, { text: json.text, at: spans[index]?.start ?? 0 }, maxMessages);
    return "code" in push || key === null ? push : { ...push, id: push.id ?? `${key}:${index}` };
  });
  const messages = read.reduce((sum, push) => sum + ("code" in push ? 0 : push.channels.length), 0);
  return messages > maxMessages ? tooMany(maxMessages) : read;
}

function messagesOf(body: unknown): readonly unknown[] | null {
  if (typeof body !== "object" || body === null || !("messages" in body)) return null;
  return Array.isArray(body.messages) ? body.messages : null;
}

function tooMany(maxMessages: number): Refusal {
  return refuse(
    "invalid_field",
    `messages: must be at most ${maxMessages}, counted by channel. Send several batches.`,
  );
}
