import type { IncomingMessage } from "node:http";
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RouteOptions,
} from "fastify";
import { type ApiCaller, callRefusal } from "../core/api-caller.ts";
import type { Admission } from "../core/admission.ts";
import { isApiCall, isPublishCall } from "../core/api-calls.ts";
import { refuse } from "../core/refusal.ts";
import { sendRefusal } from "./refuse-reply.ts";
import { namesOf } from "./path-names.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whose key the request carries; null before that was looked at, and without a valid one. */
    caller: ApiCaller | null;
  }
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Finds whose key a request carries (RFC 6750 §2.1). A key in the URL does not count: URLs are logged. */
export function callerOf(
  request: IncomingMessage,
  find: (presented: string) => ApiCaller | null,
): ApiCaller | null {
  const presented = BEARER.exec(request.headers.authorization ?? "")?.[1];
  return presented === undefined ? null : find(presented);
}

/** Whose key a call carries that was let through. */
export function knownCaller({ caller }: FastifyRequest): ApiCaller {
  if (caller === null) throw new Error("a call came through without a key");
  return caller;
}

/**
 * Lets calls be made only by keys that are enough for them, and publishes only while there is room for them, before their body is read.
 *
 * To be called before the routes are added. A route that `API_CALLS` does not know throws, so that none is left open by mistake.
 */
export function checkAccess(api: FastifyInstance, admission: Admission): void {
  api.addHook("onRoute", ({ schema, url }: RouteOptions) => {
    if (!isApiCall(schema?.operationId ?? "")) throw new Error(`${url} is missing in API_CALLS`);
  });
  api.addHook("onRequest", authorize);

  function authorize(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
    const { caller, routeOptions } = request;
    const call = routeOptions.schema?.operationId ?? "";
    if (caller === null || !isApiCall(call)) return void reply.refuse(refuse("unauthorized"));
    const refusal = callRefusal(caller, call, namesOf(request.params));
    if (refusal !== null) return void reply.refuse(refusal);
    const busy = isPublishCall(call) ? admission.publish() : null;
    if (busy === null) done();
    // Not logged one by one: the log tells of an overload as a whole.
    else void sendRefusal(reply, busy);
  }
}
