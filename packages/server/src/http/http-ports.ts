import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { Logger } from "../base/logger.ts";
import type { ApiCaller } from "../core/api-caller.ts";
import type { Admission } from "../core/admission.ts";
import type { Cursors } from "../core/cursors.ts";
import type { Hub } from "../core/hub.ts";
import type { Kicking } from "../core/kick.ts";
import type { MetricsAccess } from "../config/config.ts";
import type { LimitHits } from "../core/limit-hits.ts";
import type { Exclusions } from "../core/permissions.ts";
import type { Pushing } from "../core/pushing.ts";
import type { Reading } from "../core/read.ts";
import type { Refusal } from "../core/refusal.ts";
import type { Sessions } from "../core/sessions.ts";
import type { Streams } from "../core/streams.ts";
import type { Check } from "../telemetry/checks.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Tracer } from "./call-tracing.ts";

/** What `GET /api/info` tells. */
export interface ServerInfo {
  readonly version: string;
  readonly engine: string;
  readonly uptimeMs: number;
  /** Clients that are connected, over whatever transport. */
  readonly connections: number;
  /** Sessions, with or without a transport. */
  readonly sessions: number;
  /** Channels that somebody on this node holds. */
  readonly channels: number;
}

/** Everything that the HTTP interface works with. */
export interface HttpPorts {
  /** Makes the server that the interface answers on; its time-outs and its listening are the maker's business. */
  readonly createServer: (listener: RequestListener) => Server;
  readonly pushing: Pushing;
  readonly reading: Reading;
  readonly kicking: Kicking;
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly exclusions: Exclusions;
  readonly streams: Streams;
  readonly cursors: Cursors;
  /** Who has this key, compared in constant time; null when it is none. */
  readonly callerOf: (presented: string) => ApiCaller | null;
  /** Counts a call; why it must wait, or null. It logs what it refuses. */
  readonly tooFast: (caller: ApiCaller) => Refusal | null;
  /** Whether publishes are taken on. */
  readonly admission: Admission;
  /** Whether a request is heard at all, by where it comes from; null is yes. It logs what it refuses. */
  readonly gate: (request: IncomingMessage) => Refusal | null;
  /** Origins whose pages may call the API; empty: none. */
  readonly corsOrigins: () => readonly string[];
  /** The client's address, trusted proxies seen through. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly info: () => ServerInfo;
  /** Whether the server should get new clients. */
  readonly readiness: () => readonly Check[];
  /** Whether the server works at all. */
  readonly health: () => readonly Check[];
  readonly isDraining: () => boolean;
  readonly metrics: Metrics;
  /** Who may read the figures at `/metrics`. */
  readonly metricsAccess: MetricsAccess;
  /** null: nothing is traced. */
  readonly tracer: Tracer | null;
  /** The folder of the built pages; it need not exist. */
  readonly publicDir: string;
  /** Whether the pages are served, besides the SDK's script. */
  readonly pages: boolean;
  readonly demos: boolean;
  readonly logger: Logger;
  readonly hits: LimitHits;
  readonly limits: {
    readonly bodyBytes: number;
    /** Messages of one batch, counted by channel. */
    readonly batchMessages: number;
  };
}
