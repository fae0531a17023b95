import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";
import fastify from "fastify";
import { refuse } from "../core/refusal.ts";
import type { ApiInstance } from "./api-instance.ts";
import { callerOf, checkAccess } from "./api-access.ts";
import { makeClientErrorHandler } from "./client-error.ts";
import { makeErrorHandler } from "./error-handler.ts";
import type { HttpPorts } from "./http-ports.ts";
import { traceCalls } from "./call-tracing.ts";
import { shareApi } from "./cross-origin.ts";
import { acceptJsonBodies } from "./json-body.ts";
import { answerNotFound } from "./not-found.ts";
import { documentRoutes, serveOpenApi } from "./openapi.ts";
import { serveFiles } from "./pages.ts";
import { checkNames } from "./path-names.ts";
import { addRefuse, logAndSendRefusal, pathOf, sendRefusal } from "./refuse-reply.ts";
import { channelRoutes } from "./routes/channel-routes.ts";
import { connectionRoutes } from "./routes/connection-routes.ts";
import { messageRoutes } from "./routes/message-routes.ts";
import { pushRoutes } from "./routes/push-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { serverRoutes } from "./routes/server-routes.ts";
import { userRoutes } from "./routes/user-routes.ts";

/** Longer than a request's head may be, so that a long name is answered with what is wrong with it. */
const MAX_PARAM_LENGTH = 16_384;

const BAD_URL = "The address has a % that is not followed by two digits of a UTF-8 character.";

/** The SDK's script and its parts tell nothing about this server, and any page may load them. */
const UNGUARDED_PATH = /^\/(?:client\.js|client\/[^/]*|health)$/;

/**
 * Builds the HTTP interface: the API, its documentation, health, metrics and pages.
 *
 * The caller waits for `ready()`, listens on the server that it made itself, handles upgrades, and closes the instance.
 */
export function buildHttp(ports: HttpPorts): ApiInstance {
  const { logger, limits } = ports;
  const app: ApiInstance = fastify({
    serverFactory: (listener) => ports.createServer(listener),
    // A stopping server answers its last requests in the one form of errors; see authenticate.
    return503OnClosing: false,
    clientErrorHandler: makeClientErrorHandler(logger),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true } },
    // An address that cannot be decoded; the request never comes as far as the routes.
    frameworkErrors: (_error, _request, reply) =>
      void logAndSendRefusal(reply, refuse("bad_request", BAD_URL), ports),
  });
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(makeErrorHandler(logger));
  app.decorateRequest("caller", null);
  app.decorateRequest("trace", null);
  addRefuse(app, ports);
  acceptJsonBodies(app, limits.bodyBytes, ({ raw, caller }) => {
    ports.hits.hit("body_size", { address: ports.addressOf(raw), keyName: caller?.name });
  });
  const notFound = answerNotFound(app);
  app.setNotFoundHandler(notFound);
  app.addHook("onRequest", welcome);
  app.register(async (all: ApiInstance) => {
    await documentRoutes(all, ports.info().version);
    serveOpenApi(all);
    healthRoutes(all, ports);
    await all.register(composeApi, { prefix: "/api" });
    await serveFiles(all, ports);
  });
  return app;

  /** Refuses what must not be heard, and answers what no route takes before its body is read. */
  function welcome(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    reply.header("x-content-type-options", "nosniff");
    const path = pathOf(request.url);
    const refusal = UNGUARDED_PATH.test(path) ? null : ports.gate(request.raw);
    if (refusal !== null) return void sendRefusal(reply, refusal);
    if (path.startsWith("/api/")) shareApi(ports.corsOrigins(), request, reply);
    if (!request.is404) done();
    else if (path.startsWith("/api/") && request.method !== "OPTIONS")
      authenticate(request, reply, answer404);
    else answer404();

    function answer404(): void {
      notFound(request, reply);
    }
  }

  /** Refuses calls without the key, before their body is read, and calls to a server that stops. */
  function authenticate(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    reply.header("cache-control", "no-store");
    request.caller = callerOf(request.raw, ports.callerOf);
    if (request.caller === null) return void reply.refuse(refuse("unauthorized"));
    if (ports.isDraining()) return void reply.header("connection", "close").refuse(refuse("shutting_down"));
    const tooFast = ports.tooFast(request.caller);
    if (tooFast === null) done();
    else void sendRefusal(reply, tooFast);
  }

  async function composeApi(api: ApiInstance): Promise<void> {
    api.addHook("onRequest", authenticate);
    api.addHook("onRequest", checkNames);
    checkAccess(api, ports.admission);
    traceCalls(api, ports.tracer);
    messageRoutes(api, ports);
    pushRoutes(api, ports.pushing, limits.batchMessages);
    channelRoutes(api, ports);
    userRoutes(api, ports);
    connectionRoutes(api, ports);
    serverRoutes(api, ports);
  }
}
