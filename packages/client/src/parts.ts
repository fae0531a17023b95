import type { Keeper, KeeperPorts } from "./keeper.ts";

/** The parts of the SDK that load when they are needed. */
export interface Parts {
  /** What keeps data across pages. */
  readonly persistence: () => Promise<{ readonly keeperOf: (ports: KeeperPorts) => Keeper }>;
}

/** Loads them as modules, which bundlers put into files of their own. The script for pages has `script-parts.ts` instead. */
export const PARTS: Parts = {
  persistence: () => import("./persistence.ts"),
};
