import type { LoadedConfig } from "../../config/config.ts";
import { type PrintedSetting, printedSettings, settingsTable } from "./print-report.ts";
import type { Terminal } from "../terminal.ts";

/** Loads a configuration and looks at all that a start would refuse. Rejects with a ConfigError. */
export async function checkConfig(load: () => LoadedConfig): Promise<LoadedConfig> {
  const config = load();
  const { configuredKeys } = await import("../../auth/identify.ts");
  configuredKeys(config.values.auth);
  return config;
}

/** Each setting that is not at its default, with where it came from. */
export function changedSettings(config: LoadedConfig): readonly PrintedSetting[] {
  return printedSettings(config).filter(({ from }) => from !== "default");
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
    ...settingsTable(changed),
  ];
}
