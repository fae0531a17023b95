import { formatBytes } from "../../base/bytes.ts";
import { table } from "../table.ts";
import type { Percentiles } from "./latencies.ts";

/** What a load has shown. Times are in milliseconds, shares of the processor in cores. */
export interface BenchResult {
  readonly url: string;
  readonly connections: number;
  readonly channels: number;
  readonly rate: number;
  readonly size: number;
  readonly durationMs: number;
  readonly connect: Percentiles | null;
  readonly publish: Percentiles | null;
  readonly delivery: Percentiles | null;
  readonly published: number;
  /** Due, and not sent, because too many publishes waited for an answer. */
  readonly unsent: number;
  readonly delivered: number;
  readonly lost: number;
  readonly deliveriesPerSecond: number;
  /** How often what went wrong. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of this program. */
  readonly generatorCores: number;
  /** null: the server does not tell. */
  readonly serverCores: number | null;
  readonly serverBytes: number | null;
}

/** A generator that is so busy measures itself. */
const BUSY_CORES = 0.8;
const MB = 1024 ** 2;

/** Whether everything that was due was sent, and arrived. */
export function isClean({ lost, unsent, errors }: BenchResult): boolean {
  return lost === 0 && unsent === 0 && Object.keys(errors).length === 0;
}

/** The result for people. */
export function benchReport(result: BenchResult): readonly string[] {
  const { published, unsent, delivered, lost, deliveriesPerSecond, errors, generatorCores } = result;
  const rows = (["connect", "publish", "delivery"] as const).map((name) => percentileRow(name, result[name]));
  return [
    ...table([["ms", "p50", "p90", "p99", "p99.9", "max", "count"], ...rows]),
    "",
    ...table([
      ["published", `${published}${unsent === 0 ? "" : `, and ${unsent} not, since the server was behind`}`],
      [
        "delivered",
        `${delivered}${lost === 0 ? "" : `, and ${lost} not`}, ${deliveriesPerSecond} per second`,
      ],
      ["this program", share(generatorCores)],
      ...serverRow(result),
    ]),
    ...Object.entries(errors).map(([what, count]) => `  ${count} × ${what}`),
    ...(generatorCores < BUSY_CORES
      ? []
      : [
          "",
          "This program was the limit: the times above are partly its own. Ask for less, or run several.",
        ]),
  ];
}

function percentileRow(name: string, times: Percentiles | null): readonly string[] {
  if (times === null) return [name, "–", "–", "–", "–", "–", "0"];
  const { p50, p90, p99, p999, max, count } = times;
  return [name, ...[p50, p90, p99, p999, max].map((ms) => ms.toFixed(ms < 100 ? 2 : 0)), String(count)];
}

function serverRow({ serverCores, serverBytes }: BenchResult): readonly (readonly string[])[] {
  if (serverCores === null || serverBytes === null) return [];
  return [["the server", `${share(serverCores)}, ${formatBytes(Math.round(serverBytes / MB) * MB)}`]];
}

function share(cores: number): string {
  return `${Math.round(cores * 100)} % of a core`;
}
