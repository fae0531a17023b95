/** One thing that must be right. */
export interface Check {
  readonly name: "draining" | "store" | "disk" | "event loop" | "load";
  /** What is wrong, for everybody; null when nothing is. */
  readonly problem: string | null;
  /** More about it, for operators alone: it may name files. */
  readonly detail: string | null;
}

/** What the store says of itself. */
interface StoreState {
  readonly available: boolean;
  readonly reason?: string;
  readonly needsRestart?: boolean;
}

/** What the checks look at. */
export interface CheckedState {
  readonly isDraining: boolean;
  readonly store: StoreState;
  /** null: nothing is kept on a disk. */
  readonly freeDiskBytes: number | null;
  /** The longest recent delay of the event loop. */
  readonly worstDelayMs: number;
  /** Whether a part of the new work is refused. */
  readonly isOverloaded: boolean;
}

/** Where the checks draw the line. */
export interface CheckLimits {
  readonly minFreeBytes: number;
  readonly maxDelayMs: number;
}

/** Whether the server should get new clients. */
export function readinessOf(
  state: CheckedState,
  { minFreeBytes, maxDelayMs }: CheckLimits,
): readonly Check[] {
  const { isDraining, store, freeDiskBytes, worstDelayMs, isOverloaded } = state;
  return [
    check("draining", isDraining ? "The server is stopping." : null),
    check("store", store.available ? null : "The store cannot be used.", store.reason),
    check(
      "disk",
      freeDiskBytes !== null && freeDiskBytes < minFreeBytes ? "The disk is nearly full." : null,
      `${freeDiskBytes} bytes are free, less than ready.minFreeBytes`,
    ),
    check(
      "event loop",
      worstDelayMs > maxDelayMs ? "The server was stalled in the last ten seconds." : null,
      `for ${Math.round(worstDelayMs)} ms, more than ready.maxDelayMs`,
    ),
    check("load", isOverloaded ? "The server has too much to do, and refuses a part of it." : null),
  ];
}

/** Whether the process works, or only a restart will help. */
export function healthOf(store: StoreState): readonly Check[] {
  return [
    check(
      "store",
      store.needsRestart === true ? "The store needs a restart of the server." : null,
      store.reason,
    ),
  ];
}

function check(name: Check["name"], problem: string | null, detail: string | null = null): Check {
  return { name, problem, detail: problem === null ? null : detail };
}
