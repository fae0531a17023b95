import type { Config } from "../../src/config/config.ts";
import { resolveConfig } from "../../src/config/resolve.ts";

/** The configuration that a file with these settings leads to; without any, the defaults. */
export function configOf(settings: unknown = {}): Config {
  return resolveConfig({ settings }).values;
}
