import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { MetricsAccess } from "../../config/config.ts";
import { callRefusal } from "../../core/api-caller.ts";
import { type Refusal, refuse } from "../../core/refusal.ts";
import type { Check } from "../../telemetry/checks.ts";
import type { ApiInstance } from "../api-instance.ts";
import { callerOf } from "../api-access.ts";
import type { HttpPorts } from "../http-ports.ts";
import { comesFromThisMachine } from "../this-machine.ts";

/** What monitors are answered from. */
export type HealthRoutePorts = Pick<
  HttpPorts,
  "health" | "readiness" | "callerOf" | "metrics" | "metricsAccess"
>;

const HEALTH = {
  operationId: "readHealth",
  summary: "Ask whether the server works, or must be restarted",
  tags: ["server"],
  security: [],
  response: { 200: Type.Ref("Health"), 503: Type.Ref("Health") },
};

const READY = {
  operationId: "readReadiness",
  summary: "Ask whether the server should get new clients, and why not",
  tags: ["server"],
  security: [],
  response: {
    200: Type.Ref("Readiness"),
    403: Type.Ref("Error", { description: "`permission_denied`, `origin_forbidden`" }),
    503: Type.Ref("Readiness"),
  },
};

const METRICS = {
  operationId: "readMetrics",
  summary: "Read the figures of the server in the Prometheus text format",
  description:
    "From this machine no key is needed, from elsewhere one with the scope `read`, unless `metrics.access` says otherwise.",
  tags: ["server"],
  security: [{}, { apiKey: [] }],
  response: {
    200: { description: "The figures.", content: { "text/plain": { schema: Type.String() } } },
    401: Type.Ref("Error", { description: "`unauthorized`" }),
    403: Type.Ref("Error", { description: "`permission_denied`, `origin_forbidden`" }),
  },
};

/** Load balancers and monitors ask again soon. */
const RETRY_AFTER_S = "1";

/** What load balancers and monitors ask: without a key, since they often cannot send one. */
export function healthRoutes(app: ApiInstance, ports: HealthRoutePorts): void {
  /** Why somebody may not see figures of the server; null for keys that may read, and where `access` asks for none. */
  function outsiderRefusal({ raw }: FastifyRequest, access: MetricsAccess): Refusal | null {
    if (access === "anyone" || (access === "local" && comesFromThisMachine(raw))) return null;
    const caller = callerOf(raw, ports.callerOf);
    return caller === null ? refuse("unauthorized") : callRefusal(caller, "readMetrics", {});
  }

  /** What is wrong is for everybody, where it is wrong for operators. A bad answer is no mistake of whoever asked, so it is not logged. */
  function answer(request: FastifyRequest, reply: FastifyReply, words: Words, checks: readonly Check[]) {
    const isRight = checks.every(({ problem }) => problem === null);
    const isOperator = !isRight && outsiderRefusal(request, "local") === null;
    if (!isRight) reply.code(503).header("retry-after", RETRY_AFTER_S);
    return reply.send({
      status: isRight ? words.right : words.wrong,
      checks: checks.map(({ name, problem, detail }) => {
        if (problem === null) return { name, ok: true };
        return {
          name,
          ok: false,
          reason: isOperator && detail !== null ? `${problem} (${detail})` : problem,
        };
      }),
    });
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

  app.get("/health", { schema: HEALTH }, (request, reply) =>
    answer(request, reply, { right: "ok", wrong: "failing" }, ports.health()),
  );

  app.get("/ready", { schema: READY }, (request, reply) =>
    answer(request, reply, { right: "ready", wrong: "not ready" }, ports.readiness()),
  );

  app.get("/metrics", { schema: METRICS }, async (request, reply): Promise<FastifyReply> => {
    const refusal = outsiderRefusal(request, ports.metricsAccess);
    if (refusal !== null) return reply.refuse(refusal);
    return reply.type(ports.metrics.contentType).send(await ports.metrics.text());
  });
}

interface Words {
  readonly right: string;
  readonly wrong: string;
}
