import type { DoorsOf } from "./doors.ts";
import type { WebSocketConstructor } from "./environment.ts";
import type { StandingOf } from "./pattern-standing.ts";
import type { Keeper, KeeperPorts } from "./keeper.ts";

/** The parts of the SDK that load when they are needed. */
export interface Parts {
  /** What keeps data across pages. */
  readonly persistence: () => Promise<{ readonly keeperOf: (ports: KeeperPorts) => Keeper }>;
  /** What subscriptions to patterns need. */
  readonly patterns: () => Promise<{ readonly standingOf: StandingOf }>;
  /** A class of sockets, where the runtime has none. Rejects with what to install. */
  readonly webSocket: () => Promise<WebSocketConstructor>;
  /** What leads to the server where WebSocket does not pass. */
  readonly fallback: () => Promise<{ readonly doorsOf: DoorsOf }>;
}

/** Loads them as modules, which bundlers put into files of their own. The script for pages has `script-parts.ts` instead. */
export const PARTS: Parts = {
  persistence: () => import("./persistence.ts"),
  patterns: () => import("./pattern-standing.ts"),
  webSocket: async () => (await import("#load-websocket")).loadWebSocket(),
  fallback: () => import("./fallback.ts"),
};
