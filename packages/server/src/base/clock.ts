/** Where the core takes its time from; milliseconds of the wall clock. */
export interface Clock {
  nowMs(): number;
}

/** Makes unguessable ids: `bits` of randomness in URL-safe characters. */
export type RandomId = (bits: number) => string;

/** Where chance comes from: a number from 0 inclusive to 1 exclusive. */
export type Random = () => number;
