import type { IncomingHttpHeaders } from "node:http";
import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer as SpanMaker,
} from "@opentelemetry/api";
import type { PublishTrace, TraceStep, TraceStepName } from "../core/publish-trace.ts";

/**
 * Traces publishes with OpenTelemetry: a span for each call, in the trace that the call's `traceparent` names.
 *
 * Where they go is the business of the SDK that the program, or `--import`, has set up. Without one they go nowhere.
 */
export class OtelTracer {
  readonly #spans: SpanMaker = trace.getTracer("tidewire");

  begin(call: string, headers: IncomingHttpHeaders): OtelTrace {
    const active = context.active();
    // Where the SDK traces HTTP itself, its span is the parent, and belongs to the caller's trace already.
    const parent = trace.getSpan(active) === undefined ? propagation.extract(active, headers) : active;
    const attributes = { "tidewire.call": call };
    const span = this.#spans.startSpan("publish", { kind: SpanKind.SERVER, attributes }, parent);
    return new OtelTrace(this.#spans, span, trace.setSpan(parent, span));
  }
}

/** The spans of one call. */
class OtelTrace implements PublishTrace {
  readonly #spans: SpanMaker;
  readonly #call: Span;
  readonly #within: Context;

  constructor(spans: SpanMaker, call: Span, within: Context) {
    this.#spans = spans;
    this.#call = call;
    this.#within = within;
  }

  begin(name: TraceStepName, within: TraceStep | null): TraceStep {
    const parent = within instanceof OtelStep ? within.context : this.#within;
    const span = this.#spans.startSpan(name, {}, parent);
    return new OtelStep(span, trace.setSpan(parent, span));
  }

  answered(status: number): void {
    this.#call.setAttribute("http.response.status_code", status);
    if (status >= 500) this.#call.setStatus({ code: SpanStatusCode.ERROR });
    this.#call.end();
  }
}

class OtelStep implements TraceStep {
  readonly context: Context;
  readonly #span: Span;

  constructor(span: Span, context: Context) {
    this.#span = span;
    this.context = context;
  }

  end(): void {
    this.#span.end();
  }
}
