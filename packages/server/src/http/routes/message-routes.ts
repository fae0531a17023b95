import { inboxOf, parseSince } from "@tidewire/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readPushContent } from "../../core/push-item.ts";
import type { Pushing } from "../../core/pushing.ts";
import type { Reading } from "../../core/read.ts";
import { refuse } from "../../core/refusal.ts";
import { storedMessageJson } from "../../wire/native/native-encoding.ts";
import { knownCaller } from "../api-access.ts";
import type { ApiInstance } from "../api-instance.ts";
import { CHANNEL_PARAMS, HISTORY_QUERY, USER_PARAMS } from "../api-parameters.ts";
import { chosenId } from "../idempotency-key.ts";
import { answers, BODY_REFUSALS } from "../operation.ts";
import { publishedFields } from "../published-json.ts";

/** Pushes to one channel or one user, and reads and purges what a channel holds. */
export function messageRoutes(
  api: ApiInstance,
  { pushing, reading }: { readonly pushing: Pushing; readonly reading: Reading },
): void {
  publishToChannel(api, pushing);
  publishToUser(api, pushing);
  readHistory(api, reading);
  purgeHistory(api, reading);
}

const PUBLISH_REFUSALS = [...BODY_REFUSALS, "not_available"] as const;

function publishToChannel(api: ApiInstance, pushing: Pushing): void {
  const schema = {
    operationId: "publishMessage",
    summary: "Push a message to a channel",
    tags: ["messages"],
    params: CHANNEL_PARAMS,
    response: answers(201, "Published", [...PUBLISH_REFUSALS, "invalid_channel"]),
  };
  const config = { body: "NewMessage", idempotent: true };
  api.post("/channels/:channel/messages", { config, schema }, (request, reply) =>
    publish(pushing, request.params.channel, request, reply),
  );
}

function publishToUser(api: ApiInstance, pushing: Pushing): void {
  const schema = {
    operationId: "publishToUser",
    summary: "Push a message to a user's inbox, which all of the user's devices receive",
    tags: ["messages"],
    params: USER_PARAMS,
    response: answers(201, "Published", PUBLISH_REFUSALS),
  };
  const config = { body: "NewMessage", idempotent: true };
  api.post("/users/:user/messages", { config, schema }, (request, reply) =>
    publish(pushing, inboxOf(request.params.user), request, reply),
  );
}

async function publish(pushing: Pushing, channel: string, request: FastifyRequest, reply: FastifyReply) {
  const content = readPushContent(request.body, { text: request.bodyText, at: 0 });
  if ("code" in content) return reply.refuse(content);
  const id = chosenId(content.id, request.headers);
  if (id !== null && typeof id !== "string") return reply.refuse(id);
  const published = await pushing.publish(knownCaller(request), channel, { ...content, id }, request.trace);
  if (!published.ok) return reply.refuse(published);
  reply.code(201);
  return publishedFields(published);
}

function readHistory(api: ApiInstance, reading: Reading): void {
  const schema = {
    operationId: "readHistory",
    summary: "Read a stretch of a channel's history",
    tags: ["messages"],
    params: CHANNEL_PARAMS,
    querystring: HISTORY_QUERY,
    response: answers(200, "History", [
      "invalid_channel",
      "invalid_field",
      "invalid_since",
      "history_off",
      "not_available",
    ]),
  };
  api.get("/channels/:channel/messages", { schema }, async (request, reply) => {
    const { since = "", limit, order = "asc" } = request.query;
    const parsed = parseSince(since);
    if (!parsed.ok) return reply.refuse(refuse("invalid_since", parsed.message));
    const { channel } = request.params;
    const read = await reading.history({ channel, since: parsed.since, limit, order, reader: null });
    if (!read.ok) return reply.refuse(read);
    const { head, more } = read;
    const messages = read.messages.map(storedMessageJson).join(",");
    const json = `{"messages":[${messages}],"epoch":"${head.epoch}","offset":${head.offset},"more":${more}}`;
    return reply.type("application/json; charset=utf-8").send(json);
  });
}

function purgeHistory(api: ApiInstance, reading: Reading): void {
  const schema = {
    operationId: "purgeHistory",
    summary: "Forget every stored message of a channel; offsets go on",
    tags: ["messages"],
    params: CHANNEL_PARAMS,
    response: answers(200, "Position", ["invalid_channel", "history_off", "not_available"]),
  };
  api.delete("/channels/:channel/messages", { schema }, async (request, reply) => {
    const { channel } = request.params;
    const purged = await reading.purge(channel);
    return purged.ok ? { channel, ...purged.head } : reply.refuse(purged);
  });
}
