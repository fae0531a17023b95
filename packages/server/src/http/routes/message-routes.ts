import { parseSince } from "@tidewire/protocol";
import { inboxOf } from "@tidewire/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Pushing } from "../../core/pushing.ts";
import { readPushContent } from "../../core/push-item.ts";
import type { Reading } from "../../core/read.ts";
import { refuse } from "../../core/refusal.ts";
import { storedMessageJson } from "../../wire/native/native-encoding.ts";
import type { ApiInstance } from "../api-instance.ts";
import { CHANNEL_PARAMS, HISTORY_QUERY, USER_PARAMS } from "../api-schemas.ts";
import { chosenId } from "../idempotency-key.ts";
import { answers } from "../operation.ts";
import { publishedFields } from "../published-json.ts";

/** Pushes to one channel or one user, and reads and purges what a channel holds. */
export function messageRoutes(api: ApiInstance, pushing: Pushing, reading: Reading): void {
  const refusals = [
    "bad_request",
    "permission_denied",
    "message_too_large",
    "unsupported_media_type",
  ] as const;

  api.post(
    "/channels/:channel/messages",
    {
      config: { body: "NewMessage" },
      schema: {
        operationId: "publishMessage",
        summary: "Push a message to a channel",
        tags: ["messages"],
        params: CHANNEL_PARAMS,
        response: answers(201, "Published", [...refusals, "not_available"]),
      },
    },
    (request, reply) => publish(pushing, request.params.channel, request, reply),
  );

  api.post(
    "/users/:user/messages",
    {
      config: { body: "NewMessage" },
      schema: {
        operationId: "publishToUser",
        summary: "Push a message to a user's inbox, which all of the user's devices receive",
        tags: ["messages"],
        params: USER_PARAMS,
        response: answers(201, "Published", [...refusals, "not_available"]),
      },
    },
    (request, reply) => publish(pushing, inboxOf(request.params.user), request, reply),
  );

  api.get(
    "/channels/:channel/messages",
    {
      schema: {
        operationId: "readHistory",
        summary: "Read a stretch of a channel's history",
        tags: ["messages"],
        params: CHANNEL_PARAMS,
        querystring: HISTORY_QUERY,
        response: answers(200, "History", ["invalid_since", "history_off", "not_available"]),
      },
    },
    async (request, reply) => {
      const { since: sinceText = "", limit, order = "asc" } = request.query;
      const parsed = parseSince(sinceText);
      if (!parsed.ok) return reply.refuse(refuse("invalid_since", parsed.message));
      const { channel } = request.params;
      const read = await reading.history({ channel, since: parsed.since, limit, order, reader: null });
      if (!read.ok) return reply.refuse(read);
      const { head, more } = read;
      const messages = read.messages.map(storedMessageJson).join(",");
      const json = `{"messages":[${messages}],"epoch":"${head.epoch}","offset":${head.offset},"more":${more}}`;
      return reply.type("application/json; charset=utf-8").send(json);
    },
  );

  api.delete(
    "/channels/:channel/messages",
    {
      schema: {
        operationId: "purgeHistory",
        summary: "Forget every stored message of a channel; offsets go on",
        tags: ["messages"],
        params: CHANNEL_PARAMS,
        response: answers(200, "Position", ["invalid_channel", "history_off", "not_available"]),
      },
    },
    async (request, reply) => {
      const { channel } = request.params;
      const purged = await reading.purge(channel);
      return purged.ok ? { channel, ...purged.head } : reply.refuse(purged);
    },
  );
}

async function publish(pushing: Pushing, channel: string, request: FastifyRequest, reply: FastifyReply) {
  const content = readPushContent(request.body, { text: request.bodyText, at: 0 });
  if ("code" in content) return reply.refuse(content);
  const id = chosenId(content.id, request.headers);
  if (id !== null && typeof id !== "string") return reply.refuse(id);
  const published = await pushing.publish(channel, { ...content, id });
  if (!published.ok) return reply.refuse(published);
  reply.code(201);
  return publishedFields(published);
}
