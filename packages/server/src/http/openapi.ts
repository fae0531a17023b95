import swagger from "@fastify/swagger";
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from "fastify";
import Type, { type TSchema } from "typebox";
import { API_CALLS, type ApiReach, isApiCall } from "../core/api-calls.ts";
import { IDEMPOTENCY_HEADERS } from "./api-parameters.ts";
import { API_SCHEMAS } from "./api-schemas.ts";

/** Derives the OpenAPI 3.1 document from the routes that are registered afterwards. */
export async function documentRoutes(app: FastifyInstance, version: string): Promise<void> {
  for (const [name, schema] of Object.entries(API_SCHEMAS)) app.addSchema({ ...schema, $id: name });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Tidewire",
        version,
        description: "Pushes messages to clients, reads channels, and manages connections and users.",
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer" } } },
      security: [{ apiKey: [] }],
      tags: [
        { name: "messages", description: "Push, read and purge." },
        { name: "channels", description: "What is there, and who is in it." },
        { name: "users", description: "Inboxes, kicks, bans and subscriptions." },
        { name: "connections", description: "Who is connected." },
        { name: "server", description: "The server itself." },
      ],
    },
    refResolver: { buildLocalReference: ({ $id }) => (typeof $id === "string" ? $id : "") },
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, ...requestParts(route.config), ...accessParts(schema) },
      url,
    }),
  });
}

/** What the core reads of a request, and Fastify therefore does not know. */
function requestParts(config: FastifyContextConfig = {}): { body?: TSchema; headers?: TSchema } {
  const { body, bodyIsOptional = false, idempotent = false } = config;
  return {
    ...(body === undefined ? {} : { body: Type.Ref(body, { optional: bodyIsOptional }) }),
    ...(idempotent ? { headers: IDEMPOTENCY_HEADERS } : {}),
  };
}

/** What a key needs for the call: OpenAPI 3.1 lets `security` list scopes as roles of a bearer. */
function accessParts({
  operationId = "",
  description,
  security,
}: FastifySchema = {}): Partial<FastifySchema> {
  if (!isApiCall(operationId) || security !== undefined) return {};
  const { scope, reach } = API_CALLS[operationId];
  const needs = `Needs a key with the scope \`${scope}\`${REACHES[reach]}.`;
  return {
    description: description === undefined ? needs : `${description} ${needs}`,
    security: [{ apiKey: [scope] }],
  };
}

const REACHES: Readonly<Record<ApiReach, string>> = {
  channel: " that is for the channel",
  user: " that is for the user's inbox",
  each: " that is for the channel of each message",
  covered: "",
  everything: " that is for every channel",
  none: "",
};

/** Serves the document. It says nothing that needs a key. */
export function serveOpenApi(app: FastifyInstance): void {
  let document: string | null = null;
  app.get("/api/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type("application/json; charset=utf-8").send(document);
  });
}
