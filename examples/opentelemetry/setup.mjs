// Sends the traces of a Tidewire server to an OpenTelemetry collector:
//   OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 NODE_OPTIONS="--import ./setup.mjs" npx tidewire --tracing
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const provider = new NodeTracerProvider({
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

// What was not sent yet goes out before the process ends.
process.once("beforeExit", () => void provider.shutdown());
