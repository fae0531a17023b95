import type { Message } from "@tidewire/client";

/** What the feeder tells about itself once a second. */
export interface FeederStatus {
  /** When it was told, in milliseconds since 1970. */
  readonly at: number;
  readonly isRunning: boolean;
  /** Where all prices can be polled. */
  readonly prices: string;
  /** How long each process was on the CPU since it began. */
  readonly cpuSeconds: { readonly tidewire: number; readonly feeder: number };
}

/** Where a feeder answers polls: on the machine that the page is open on, the only one that the page's policy lets it ask. */
const PRICES = /^http:\/\/127\.0\.0\.1:\d{1,5}\/prices$/;

/** Reads a status. Undefined for anything else, and for what no holder of the key has published: a page is not told by another where to poll. */
export function readStatus({
  from,
  data,
}: Pick<Message<unknown>, "from" | "data">): FeederStatus | undefined {
  if (!("api" in from) || !isRecord(data) || !isRecord(data["cpuSeconds"])) return undefined;
  const { at, isRunning, prices } = data;
  const { tidewire, feeder } = data["cpuSeconds"];
  if (typeof at !== "number" || typeof isRunning !== "boolean" || typeof prices !== "string")
    return undefined;
  if (typeof tidewire !== "number" || typeof feeder !== "number" || !PRICES.test(prices)) return undefined;
  return { at, isRunning, prices, cpuSeconds: { tidewire, feeder } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
