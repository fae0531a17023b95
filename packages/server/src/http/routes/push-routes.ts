import type { ApiCaller } from "../../core/api-caller.ts";
import { type PushItem, readPushContent } from "../../core/push-item.ts";
import type { PublishTrace } from "../../core/publish-trace.ts";
import type { Pushing } from "../../core/pushing.ts";
import type { Refusal } from "../../core/refusal.ts";
import { knownCaller } from "../api-access.ts";
import type { ApiInstance } from "../api-instance.ts";
import { readBatch } from "../batch.ts";
import { answers, BODY_REFUSALS } from "../operation.ts";
import { errorFields, resultFields } from "../published-json.ts";

/** Pushes to many at once: a batch of messages, and broadcasts. */
export function pushRoutes(api: ApiInstance, pushing: Pushing, batchMessages: number): void {
  publishBatch(api, pushing, batchMessages);
  broadcast(api, pushing);
}

function publishBatch(api: ApiInstance, pushing: Pushing, batchMessages: number): void {
  const schema = {
    operationId: "publishBatch",
    summary: "Push many messages at once, each to channels or users",
    tags: ["messages"],
    response: answers(200, "BatchResult", BODY_REFUSALS),
  };
  const config = { body: "NewBatch", idempotent: true };
  api.post("/publish", { config, schema }, async (request, reply) => {
    const json = { text: request.bodyText, at: 0 };
    const batch = readBatch(request.body, json, request.headers, batchMessages);
    if ("code" in batch) return reply.refuse(batch);
    const caller = knownCaller(request);
    return {
      results: await Promise.all(batch.map((item) => resultOf(pushing, caller, item, request.trace))),
    };
  });
}

/** A refused item stands in its place; a list of targets is answered with a list. */
async function resultOf(
  pushing: Pushing,
  caller: ApiCaller,
  item: PushItem | Refusal,
  trace: PublishTrace | null,
) {
  if ("code" in item) return errorFields(item);
  const results = (await pushing.publishItem(caller, item, trace)).map(resultFields);
  return item.isList ? { results } : results[0];
}

function broadcast(api: ApiInstance, pushing: Pushing): void {
  const schema = {
    operationId: "broadcast",
    summary: "Send a message to every connection, whatever it is subscribed to",
    description: "It is not stored: who is away does not get it, and a repeat is not recognised.",
    tags: ["messages"],
    response: answers(200, "Broadcast", BODY_REFUSALS),
  };
  api.post("/broadcast", { config: { body: "NewBroadcast" }, schema }, (request, reply) => {
    const content = readPushContent(request.body, { text: request.bodyText, at: 0 });
    if ("code" in content) return reply.refuse(content);
    const sent = pushing.broadcast(content.dataJson);
    if (!sent.ok) return reply.refuse(sent);
    const { id, connections } = sent;
    return reply.send({ id, connections });
  });
}
