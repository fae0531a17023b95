import { readFileSync } from "node:fs";
import { ConfigError, type LoadedConfig } from "./config.ts";
import { parseConfigFile } from "./config-file.ts";
import { CONFIG_VARIABLE, type ConfigInput, resolveConfig } from "./resolve.ts";

/**
 * Loads the configuration of a process: the file that `--config` or `TIDEWIRE_CONFIG` names, the environment, the flags.
 *
 * Throws a ConfigError when the file cannot be read or something in it, or elsewhere, cannot be used.
 */
export function loadConfig(input: Pick<ConfigInput, "env" | "flags">): LoadedConfig {
  const flag = input.flags?.["--config"];
  const file = typeof flag === "string" ? flag : input.env?.[CONFIG_VARIABLE];
  if (file === undefined || file === "") return resolveConfig(input);
  return resolveConfig({ ...input, file: parseConfigFile(file, readConfigFile(file)) });
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The configuration file ${file} cannot be read: ${reason}.`, { cause });
  }
}
