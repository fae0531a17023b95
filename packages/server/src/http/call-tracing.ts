import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";
import type { PublishTrace } from "../core/publish-trace.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** null: the call is not traced, as nearly always. */
    trace: CallTrace | null;
  }
}

/** The trace of one call of the API. */
interface CallTrace extends PublishTrace {
  /** The call was answered with this status. What it caused may still go on. */
  answered(status: number): void;
}

/** The port to whoever traces calls. */
export interface Tracer {
  /** Begins the trace of a call, or goes on with the one that its headers belong to. */
  begin(call: string, headers: IncomingHttpHeaders): CallTrace;
}

const TRACED: ReadonlySet<string> = new Set(["publishMessage", "publishToUser", "publishBatch"]);

/** Traces the calls that publish. To be called before their routes are added; without a tracer there is nothing to pass on the way. */
export function traceCalls(api: FastifyInstance, tracer: Tracer | null): void {
  if (tracer === null) return;
  api.addHook("onRequest", (request, _reply, done) => {
    const { operationId = "" } = request.routeOptions.schema ?? {};
    if (TRACED.has(operationId)) request.trace = tracer.begin(operationId, request.headers);
    done();
  });
  api.addHook("onResponse", (request, reply, done) => {
    request.trace?.answered(reply.statusCode);
    done();
  });
}
