import type { Pushing } from "../../core/pushing.ts";
import type { PushItem } from "../../core/push-item.ts";
import { readPushContent } from "../../core/push-item.ts";
import type { Refusal } from "../../core/refusal.ts";
import type { ApiInstance } from "../api-instance.ts";
import { readBatch } from "../batch.ts";
import { answers } from "../operation.ts";
import { errorFields, resultFields } from "../published-json.ts";

/** Pushes to many at once: a batch of messages, and broadcasts. */
export function pushRoutes(api: ApiInstance, pushing: Pushing, batchMessages: number): void {
  api.post(
    "/publish",
    {
      config: { body: "NewBatch" },
      schema: {
        operationId: "publishBatch",
        summary: "Push many messages at once, each to channels or users",
        tags: ["messages"],
        response: answers(200, "BatchResult", [
          "invalid_field",
          "message_too_large",
          "unsupported_media_type",
        ]),
      },
    },
    async (request, reply) => {
      const json = { text: request.bodyText, at: 0 };
      const batch = readBatch(request.body, json, request.headers, batchMessages);
      if ("code" in batch) return reply.refuse(batch);
      return { results: await Promise.all(batch.map((item) => resultOf(pushing, item))) };
    },
  );

  api.post(
    "/broadcast",
    {
      config: { body: "NewBroadcast" },
      schema: {
        operationId: "broadcast",
        summary: "Send a message to every connection, whatever it is subscribed to",
        tags: ["messages"],
        response: answers(200, "Broadcast", ["invalid_field", "message_too_large", "unsupported_media_type"]),
      },
    },
    (request, reply) => {
      const content = readPushContent(request.body, { text: request.bodyText, at: 0 });
      if ("code" in content) return reply.refuse(content);
      const sent = pushing.broadcast(content.dataJson);
      if (!sent.ok) return reply.refuse(sent);
      const { id, connections } = sent;
      return reply.send({ id, connections });
    },
  );
}

/** A refused item stands in its place; a list of targets is answered with a list. */
async function resultOf(pushing: Pushing, item: PushItem | Refusal) {
  if ("code" in item) return errorFields(item);
  const results = (await pushing.publishItem(item)).map(resultFields);
  return item.isList ? { results } : results[0];
}
