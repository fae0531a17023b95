import type { LoadedConfig } from "../../config/config.ts";
import { SETTINGS } from "../../config/settings.ts";
import type { Options } from "../command.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** The options of `config check`, besides the settings. */
export interface CheckOptions extends Options {
  readonly json?: boolean;
}

/** A setting that is not at its default. */
export interface ChangedSetting {
  readonly path: string;
  /** As JSON has it; a secret is not shown. */
  readonly value: unknown;
  /** The flag, the variable or the file. */
  readonly source: string;
}

/** Loads a configuration and looks at all that a start would refuse. Rejects with a ConfigError. */
export async function checkConfig(load: () => LoadedConfig): Promise<LoadedConfig> {
  const config = load();
  const { configuredKeys } = await import("../../auth/identify.ts");
  configuredKeys(config.values.auth);
  return config;
}

/** Each setting that is not at its default, with where it came from. */
export function changedSettings({ values, sources }: LoadedConfig): readonly ChangedSetting[] {
  return SETTINGS.flatMap(({ path, facts }) => {
    const source = sources.get(path) ?? { kind: "default" };
    if (source.kind === "default") return [];
    return [{ path, value: facts.secret === true ? "(secret)" : at(values, path), source: source.name }];
  });
}

/** What `config check` prints of a configuration that can be used. Warnings go to standard error. */
export function checkReport(config: LoadedConfig, terminal: Terminal): readonly string[] {
  for (const warning of config.warnings) terminal.complain(`tidewire: ${warning}`);
  const changed = changedSettings(config);
  const where = config.file === null ? "" : ` (${config.file})`;
  if (changed.length === 0) return [`The configuration${where} is fine: every setting has its default.`];
  return [
    `The configuration${where} is fine. Settings that are not at their default:`,
    "",
    ...table(changed.map(({ path, value, source }) => [path, shown(path, value), source])),
  ];
}

function shown(path: string, value: unknown): string {
  if (path === "channels" && Array.isArray(value)) return count(value.length, "rule");
  // People keep secrets in the queries of such URLs.
  if (path === "webhooks.endpoints" && Array.isArray(value)) return count(value.length, "endpoint");
  return value === "(secret)" ? value : JSON.stringify(value);
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

function at(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      values,
    );
}
