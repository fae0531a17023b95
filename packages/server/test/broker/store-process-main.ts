/** The program of a `StoreProcess`: a store that does what it is told over IPC. */
import { randomId } from "../../src/base/random-id.ts";
import { openLmdbStore } from "../../src/broker/lmdb/lmdb-store.ts";
import type { Store } from "../../src/broker/store.ts";
import type { Durability } from "../../src/config/channel-options.ts";
import { HISTORY, publish } from "./store-harness.ts";
import type { Acknowledged, Condition, Request } from "./store-process.ts";

const path = process.argv[2] ?? "";
const history = (durable: Durability) => ({ ...HISTORY, messages: 1e6, bytes: 1e9, durable });
let ids = 0;

// A file that reaches the limit of its size is an error here, and not the end of the process.
process.on("SIGXFSZ", () => {});

async function publishOne(store: Store, durable: Durability, bytes: number): Promise<Acknowledged | null> {
  const channel = `kept.${String(durable)}`;
  const id = `${process.pid}-${++ids}`;
  const dataJson = JSON.stringify("x".repeat(bytes));
  const [result] = await store.streams.append([
    publish({ channel, id, dataJson, history: history(durable) }),
  ]);
  if (result?.ok !== true) return null;
  return { channel, id, epoch: result.epoch ?? "", offset: result.offset ?? 0 };
}

async function look(store: Store): Promise<Condition> {
  const heads: Record<string, number> = {};
  let readable = 0;
  for (const durable of ["disk", "process"] as const) {
    const channel = `kept.${durable}`;
    const { offset } = await store.streams.catalogue.head(channel, history(durable));
    heads[channel] = offset;
    const query = {
      channel,
      history: history(durable),
      bound: 0,
      order: "asc",
      head: offset,
      maxMessages: 1e6,
      maxBytes: 1e9,
    } as const;
    readable += (await store.streams.read(query)).messages.length;
  }
  const { available, reason } = store.status();
  return { available, reason: reason ?? "", heads, readable };
}

async function answer(store: Store, request: Request): Promise<void> {
  if (request.do === "close") {
    await store.close();
    process.disconnect();
  } else if (request.do === "look") {
    process.send?.(await look(store));
  } else if (request.do === "publish") {
    const all = Array.from({ length: request.count }, () =>
      publishOne(store, request.durable, request.bytes),
    );
    process.send?.(await Promise.all(all));
  } else {
    for (;;) {
      const acknowledged = await publishOne(store, request.durable, 100);
      if (acknowledged !== null) process.send?.(acknowledged);
    }
  }
}

try {
  const store = await openLmdbStore({
    path,
    clock: { nowMs: () => Date.now() },
    randomId,
    listener: () => {},
  });
  process.on("message", (request: Request) => void answer(store, request));
  process.send?.({ opened: true });
} catch (error) {
  process.send?.({ opened: false, error: String(error) });
  process.disconnect();
}
