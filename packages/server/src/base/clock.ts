/** Where the core takes its time from; milliseconds of the wall clock. */
export interface Clock {
  nowMs(): number;
}

/** Makes unguessable ids: `bits` of randomness in URL-safe characters. */
export type RandomId = (bits: number) => string;
