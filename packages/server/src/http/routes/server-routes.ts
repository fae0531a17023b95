import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { callRefusal } from "../../core/api-caller.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { ApiInstance } from "../api-instance.ts";
import { callerOf } from "../api-access.ts";
import type { HttpPorts } from "../http-ports.ts";
import { answers } from "../operation.ts";
import { sendRefusal } from "../refuse-reply.ts";
import { comesFromThisMachine, isForwarded } from "../this-machine.ts";

/** What the calls about the server itself work with. */
export type ServerRoutePorts = Pick<
  HttpPorts,
  "info" | "storeStatus" | "isDraining" | "callerOf" | "metrics"
>;

/** Tells about the server to who has the key. */
export function infoRoute(api: ApiInstance, { info }: Pick<HttpPorts, "info">): void {
  api.get(
    "/info",
    {
      schema: {
        operationId: "readInfo",
        summary: "Read what runs here and how many are connected",
        tags: ["server"],
        response: answers(200, "Info"),
      },
    },
    (_request, reply) => reply.send(info()),
  );
}

/** Tells who calls, as limits and logs know them: so one finds out whether a proxy is believed. */
export function callerRoute(api: ApiInstance, { addressOf }: Pick<HttpPorts, "addressOf">): void {
  const schema = {
    operationId: "readCaller",
    summary: "Read from which address this call comes, proxies seen through",
    tags: ["server"],
    response: answers(200, "Caller"),
  };
  api.get("/caller", { schema }, ({ raw }, reply) =>
    reply.send({
      address: addressOf(raw),
      peer: raw.socket.remoteAddress ?? "",
      forwarded: isForwarded(raw.headers),
    }),
  );
}

const HEALTH = {
  operationId: "readHealth",
  summary: "Ask whether the server is alive",
  tags: ["server"],
  security: [],
  response: { 200: Type.Ref("Status") },
};

const READY = {
  operationId: "readReadiness",
  summary: "Ask whether the server should get new clients: it is not stopping and can store messages",
  tags: ["server"],
  security: [],
  response: {
    200: Type.Ref("Status"),
    403: Type.Ref("Error", { description: "`permission_denied`, `origin_forbidden`" }),
    503: Type.Ref("Error", { description: "`shutting_down`, `not_available`" }),
  },
};

const METRICS = {
  operationId: "readMetrics",
  summary: "Read the figures of the server in the Prometheus text format",
  description: "From this machine no key is needed; from elsewhere one with the scope `read`.",
  tags: ["server"],
  security: [{}, { apiKey: [] }],
  response: {
    200: { description: "The figures.", content: { "text/plain": { schema: Type.String() } } },
    401: Type.Ref("Error", { description: "`unauthorized`" }),
    403: Type.Ref("Error", { description: "`permission_denied`, `origin_forbidden`" }),
  },
};

/** What load balancers and monitors ask: without a key, since they often cannot send one. */
export function healthRoutes(app: ApiInstance, ports: ServerRoutePorts): void {
  /** Why somebody may not see figures of the server; null for this machine and for keys that may read. */
  function outsiderRefusal({ raw }: FastifyRequest): Refusal | null {
    if (comesFromThisMachine(raw)) return null;
    const caller = callerOf(raw, ports.callerOf);
    return caller === null ? refuse("unauthorized") : callRefusal(caller, "readMetrics", {});
  }

  // Upgrades never come here: this is somebody who opened the address of the WebSocket like a page.
  app.get("/connect", { schema: { hide: true } }, (_request, reply) => {
    const { code, message } = refuse(
      "bad_request",
      "This address speaks WebSocket. Open it with new WebSocket(…).",
    );
    reply.code(426).headers({ connection: "Upgrade", upgrade: "websocket" });
    return reply.send({ error: { code, message } });
  });

  app.get("/health", { schema: HEALTH }, (_request, reply) => reply.send({ status: "ok" }));

  // These refusals are answers to a question, not mistakes, so they are not logged.
  app.get("/ready", { schema: READY }, (request, reply) => {
    if (ports.isDraining()) return sendRefusal(reply, refuse("shutting_down"));
    const { available, reason } = ports.storeStatus();
    if (available) return reply.send({ status: "ready" });
    const known = reason !== undefined && outsiderRefusal(request) === null;
    return sendRefusal(
      reply,
      refuse("not_available", known ? `The store cannot be used: ${reason}` : undefined),
    );
  });

  app.get("/metrics", { schema: METRICS }, async (request, reply): Promise<FastifyReply> => {
    const refusal = outsiderRefusal(request);
    if (refusal !== null) return reply.refuse(refusal);
    const text = await ports.metrics.text(ports.info());
    return reply.type(ports.metrics.contentType).send(text);
  });
}
