import { BULK_CHANNEL, CHANNELS } from "./channels.ts";
import { openBatchDoor, openBoth, openHttpDoor } from "./doors/http-door.ts";
import { openRawTcpDoor } from "./doors/raw-tcp-door.ts";
import { openSdkDoor } from "./doors/sdk-door.ts";
import { openWebSocketDoor } from "./doors/websocket-door.ts";
import type { PublisherPlan } from "./publisher.ts";
import type { Manner, SubscriberPlan } from "./subscriber.ts";

const SMALL: readonly [string, ...string[]] = [
  "disk.a",
  "disk.b",
  "process.a",
  "process.b",
  "trimmed.a",
  "memory.a",
];

/** Who publishes: each door at least once. */
export const PUBLISHERS: readonly PublisherPlan[] = [
  {
    name: "http",
    open: openHttpDoor,
    channels: SMALL,
    window: 1,
    parcelSize: 1,
    burst: 10,
    restMs: 60,
    keepsOrder: true,
  },
  {
    name: "http-parallel",
    open: openHttpDoor,
    channels: SMALL,
    window: 16,
    parcelSize: 1,
    burst: 20,
    restMs: 100,
    keepsOrder: false,
  },
  {
    name: "http-batch",
    open: openBatchDoor,
    channels: SMALL,
    window: 1,
    parcelSize: 20,
    burst: 2,
    restMs: 150,
    keepsOrder: true,
  },
  {
    name: "raw-tcp",
    open: openRawTcpDoor,
    channels: SMALL,
    window: 64,
    parcelSize: 1,
    burst: 30,
    restMs: 150,
    keepsOrder: true,
  },
  {
    name: "http-and-raw-tcp",
    open: openBoth(openHttpDoor, openRawTcpDoor),
    channels: SMALL,
    window: 4,
    parcelSize: 1,
    burst: 4,
    restMs: 100,
    keepsOrder: false,
  },
  {
    name: "websocket",
    open: openWebSocketDoor("websocket"),
    channels: SMALL,
    window: 32,
    parcelSize: 1,
    burst: 20,
    restMs: 150,
    keepsOrder: true,
  },
  {
    name: "sdk",
    open: openSdkDoor("sdk"),
    channels: SMALL,
    window: 32,
    parcelSize: 1,
    burst: 20,
    restMs: 150,
    keepsOrder: true,
  },
  {
    name: "bulk",
    open: openRawTcpDoor,
    channels: [BULK_CHANNEL],
    window: 120,
    parcelSize: 1,
    burst: 120,
    restMs: 1500,
    keepsOrder: true,
  },
];

const EVERYTHING = CHANNELS.map(({ name }) => name);
const WITHOUT_BULK = EVERYTHING.filter((name) => name !== BULK_CHANNEL);

/** Who subscribes. Those with the bulk channel have more waiting than the system's buffers take when they stop reading. */
export const SUBSCRIBERS: readonly SubscriberPlan[] = [
  { ...subscriber("steady", 1, EVERYTHING), acknowledges: true },
  { ...subscriber("steady", 2, WITHOUT_BULK), since: null },
  { ...subscriber("restless", 1, WITHOUT_BULK), acknowledges: true },
  { ...subscriber("restless", 2, WITHOUT_BULK), since: null },
  subscriber("slow", 1, EVERYTHING),
  subscriber("slow", 2, EVERYTHING),
  { ...subscriber("slow", 3, EVERYTHING), since: null },
  subscriber("sleepy", 1, WITHOUT_BULK),
  subscriber("sleepy", 2, EVERYTHING),
];

/** The channels that the SDK reads. */
export const SDK_CHANNELS: readonly string[] = WITHOUT_BULK;

function subscriber(manner: Manner, number: number, channels: readonly string[]): SubscriberPlan {
  const name = `${manner}-${number}`;
  return { name, user: name, channels, manner, since: "earliest", acknowledges: false };
}
