/** The part of pino-roll that is used here; the package has no types of its own. */
declare module "pino-roll" {
  import type { destination } from "pino";

  interface RollOptions {
    /** Path without number; `.1`, `.2` and so on go before the extension. */
    readonly file: string;
    /** With a unit: `b`, `k`, `m` or `g`. */
    readonly size: string;
    /** `count` is the number of files kept, with the current one when `sync` is true, else beside it; at least 1. */
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
    readonly sync: boolean;
    readonly mode: number;
    readonly minLength: number;
    readonly maxLength: number;
  }

  function openRollingFile(options: RollOptions): Promise<ReturnType<typeof destination>>;
  export = openRollingFile;
}
