import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { CliProcess } from "../support/cli-process.ts";
import { eventually, within } from "../support/deadline.ts";
import { NativeClient } from "../support/native-client.ts";

const SETUP = import.meta.resolve("../../../../examples/opentelemetry/setup.mjs");

/** A span as a collector gets it. */
interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
}

/** A collector of OpenTelemetry, as far as it takes spans over OTLP/HTTP in JSON. */
class Collector {
  readonly spans: ReceivedSpan[] = [];
  endpoint = "";

  static async start(t: TestContext): Promise<Collector> {
    const collector = new Collector();
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        assert.equal(request.url, "/v1/traces");
        const { resourceSpans } = JSON.parse(body);
        for (const { scopeSpans } of resourceSpans)
          for (const { scope, spans } of scopeSpans)
            if (scope.name === "tidewire") collector.spans.push(...spans);
        response.setHeader("content-type", "application/json").end("{}");
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    collector.endpoint = `http://127.0.0.1:${address.port}`;
    return collector;
  }

  /** The spans of one trace by their names, once all of these have come. */
  async trace(traceId: string, names: readonly string[]): Promise<Readonly<Record<string, ReceivedSpan>>> {
    const own = (): readonly ReceivedSpan[] => this.spans.filter((span) => span.traceId === traceId);
    await eventually(`the spans ${names.join()}`, () =>
      names.every((name) => own().some((span) => span.name === name)),
    );
    assert.equal(own().length, names.length, "and none twice");
    return Object.fromEntries(own().map((span) => [span.name, span]));
  }
}

/** The server as a process of its own, with the example's set-up, that sends its spans to the collector. */
async function serve(t: TestContext, collector: Collector, ...flags: readonly string[]) {
  const data = mkdtempSync(join(tmpdir(), "tidewire-traces-"));
  const server = new CliProcess(["serve", "--port", "0", "--data", data, "--log-level", "silent", ...flags], {
    NODE_OPTIONS: `--import ${SETUP}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_BSP_SCHEDULE_DELAY: "50",
    TIDEWIRE_API_KEY: "a-key-of-the-traces",
  });
  t.after(async () => {
    server.kill("SIGTERM");
    await within(server.exited, "the server's end");
    rmSync(data, { recursive: true });
  });
  const line = await within(server.line(/^listening on /), "the server's start");
  const url = /http:\S+/.exec(line)?.[0] ?? "";
  return {
    wsUrl: url.replace("http", "ws"),
    async publish(data: unknown, headers: Readonly<Record<string, string>> = {}): Promise<number> {
      const response = await fetch(`${url}/api/channels/news/messages`, {
        method: "POST",
        headers: {
          authorization: "Bearer a-key-of-the-traces",
          "content-type": "application/json",
          ...headers,
        },
        body: JSON.stringify({ data, id: "once" }),
      });
      return response.status;
    },
  };
}

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";
const TRACEPARENT = { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` };

/** The SDK puts spans together from a clock of milliseconds and a finer one, and may be off by as much. */
const CLOCK_GRAIN_NANOS = 1_000_000n;

function assertInOrder(earlier: string, later: string, why: string): void {
  assert.ok(BigInt(earlier) <= BigInt(later) + CLOCK_GRAIN_NANOS, `${why}: ${earlier}, ${later}`);
}

describe("traces of OpenTelemetry", () => {
  test("follow a publish in its caller's trace, from the call to the last write", async (t) => {
    const collector = await Collector.start(t);
    const server = await serve(t, collector, "--tracing");
    const client = await NativeClient.open(t, server, "channels=news");
    await client.next("subscribed");
    assert.equal(await server.publish("a secret of the payload", TRACEPARENT), 201);
    await client.next("message");
    const spans = await collector.trace(TRACE_ID, ["publish", "store commit", "hub turn", "last write"]);
    const { publish, "store commit": commit, "hub turn": turn, "last write": write } = spans;
    assert.ok(publish && commit && turn && write);
    assert.deepEqual(
      [publish.parentSpanId, commit.parentSpanId, turn.parentSpanId, write.parentSpanId],
      [PARENT_ID, publish.spanId, publish.spanId, turn.spanId],
    );
    assertInOrder(publish.startTimeUnixNano, commit.startTimeUnixNano, "the publish begins first");
    assertInOrder(commit.endTimeUnixNano, turn.startTimeUnixNano, "kept first, then handed out");
    assertInOrder(turn.startTimeUnixNano, write.startTimeUnixNano, "the last write is in the turn");
    assertInOrder(write.endTimeUnixNano, turn.endTimeUnixNano, "and ends in it");
    assert.deepEqual(publish.attributes, [
      { key: "tidewire.call", value: { stringValue: "publishMessage" } },
      { key: "http.response.status_code", value: { intValue: 201 } },
    ]);
    assert.ok(!JSON.stringify(collector.spans).includes("secret"));

    // A repeat is stored nowhere and handed to nobody.
    const again = TRACE_ID.replace("0af", "1af");
    await server.publish(2, { traceparent: `00-${again}-${PARENT_ID}-01` });
    await collector.trace(again, ["publish", "store commit"]);
  });

  test("are off unless asked for, whatever is set up", async (t) => {
    const collector = await Collector.start(t);
    const server = await serve(t, collector);
    assert.equal(await server.publish(1, TRACEPARENT), 201);
    const traced = await serve(t, collector, "--tracing");
    const other = TRACE_ID.replace("0af", "2af");
    await traced.publish(1, { traceparent: `00-${other}-${PARENT_ID}-01` });
    await collector.trace(other, ["publish", "store commit"]);
    assert.ok(collector.spans.every(({ traceId }) => traceId === other));
  });
});
