import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How many turns are given to what is still being torn down. */
const TURNS = 20;

/** The bytes of the heap that are in use, once everything was collected that nobody holds. */
export async function heapInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  for (let count = 0; count < TURNS; count += 1) {
    await turn();
    runInNewContext("gc()");
  }
  return process.memoryUsage().heapUsed;
}
