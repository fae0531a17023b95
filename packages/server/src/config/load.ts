import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ConfigError, type LoadedConfig } from "./config.ts";
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
  return resolveConfig({ ...input, file, settings: parseConfigFile(file, readConfigFile(file)) });
}

/** Reads YAML, of which JSON is a part. Throws a ConfigError that says what is wrong, with the line where it is known. */
export function parseConfigFile(file: string, content: string): unknown {
  const document = parseDocument(content);
  try {
    for (const error of document.errors) throw error;
    return document.toJS() ?? {};
  } catch (cause) {
    const [summary = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    // To YAML, * begins an alias and @ is reserved.
    const hint = /alias|reserved character/i.test(summary)
      ? ' Put patterns in quotes, as in match: "**".'
      : "";
    throw new ConfigError(`${file}: ${summary.replace(/:$/, "")}.${hint}`, { cause });
  }
}

function readConfigFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`The configuration file ${file} cannot be read: ${reason}.`, { cause });
  }
}
