import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../support/random.ts";
import type { FaultProxy } from "../support/proxy/fault-proxy.ts";
import type { SimulatedPage } from "./simulated-page.ts";

/** Whom something happens to. */
interface Sufferer {
  readonly proxy: FaultProxy;
  readonly page: SimulatedPage;
}

/** Something that happens, and is over when it resolves. */
type Fault = (sufferer: Sufferer, random: Random) => Promise<void>;

const LONGEST_MS = 3000;

/** Long enough for a page to doubt its socket afterwards. */
const SHORTEST_LOCK_MS = 150;

async function last(random: Random, shortestMs = 0): Promise<void> {
  await wait(random.integer(shortestMs, LONGEST_MS));
}

/** A fault that lasts a while, after which the network is good again. */
function passing(begin: (proxy: FaultProxy, random: Random) => void): Fault {
  return async ({ proxy }, random) => {
    begin(proxy, random);
    await last(random);
    proxy.restore();
  };
}

/** What happens to phones and their networks. */
export const FAULTS = {
  async reset({ proxy }) {
    proxy.reset();
  },
  async end({ proxy }) {
    proxy.end();
  },
  stalled: passing((proxy) => proxy.stall("up", "down")),
  stalledUp: passing((proxy) => proxy.stall("up")),
  stalledDown: passing((proxy) => proxy.stall("down")),
  slow: passing((proxy, random) => proxy.slow(random.integer(500, 10_000))),
  refused: passing((proxy) => {
    proxy.reset();
    proxy.refuse();
  }),
  /** Nobody says that the network is back: only an unanswered ping tells. */
  swallowed: passing((proxy) => proxy.blackhole()),
  async offline({ proxy, page }, random) {
    page.tell("offline");
    proxy.blackhole();
    await last(random);
    proxy.restore();
    page.tell("online");
  },
  async locked({ proxy, page }, random) {
    page.hide();
    proxy.blackhole();
    await last(random, SHORTEST_LOCK_MS);
    proxy.restore();
    page.show();
  },
  async frozen({ proxy, page }, random) {
    page.hide();
    proxy.reset();
    proxy.refuse();
    await last(random, SHORTEST_LOCK_MS);
    proxy.restore();
    page.wake();
    page.show();
  },
  async glanced({ page }, random) {
    page.hide();
    await wait(random.integer(0, SHORTEST_LOCK_MS));
    page.show();
  },
  async cached({ page }, random) {
    page.move("pagehide");
    await last(random);
    page.move("pageshow");
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES: readonly [FaultName, ...FaultName[]] = [
  "reset",
  "end",
  "stalled",
  "stalledUp",
  "stalledDown",
  "slow",
  "refused",
  "swallowed",
  "offline",
  "locked",
  "frozen",
  "glanced",
  "cached",
];
