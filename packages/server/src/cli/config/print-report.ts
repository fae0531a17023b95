import type { LoadedConfig } from "../../config/config.ts";
import { type Setting, SETTINGS } from "../../config/settings.ts";
import { table } from "../table.ts";
import { shownValue, valueCell } from "./shown-value.ts";

/** A setting, the value that is in force, and where that comes from. */
export interface PrintedSetting {
  /** Dotted; of a list of sections each entry stands by itself: `channels[0]`. */
  readonly path: string;
  /** In the form of the file. A secret is masked. */
  readonly value: unknown;
  readonly from: "default" | "file" | "variable" | "flag";
  /** The file, the variable or the flag; null for a default. */
  readonly name: string | null;
  /** Counted from 1; null outside of files. */
  readonly line: number | null;
}

const KINDS = { default: "default", file: "file", env: "variable", flag: "flag" } as const;

/** Every setting in the order of the reference. */
export function printedSettings(config: LoadedConfig): readonly PrintedSetting[] {
  return SETTINGS.flatMap((setting) => {
    const value = shownValue(setting, config.written.get(setting.path));
    const isListOfSections = Array.isArray(value) && value.some((entry) => typeof entry === "object");
    if (!isListOfSections) return [printed(setting, setting.path, value, config)];
    return value.map((entry: unknown, index) => printed(setting, `${setting.path}[${index}]`, entry, config));
  });
}

/** Settings for people: what each is, and where that comes from. */
export function settingsTable(settings: readonly PrintedSetting[]): readonly string[] {
  return table(settings.map(({ path, value, name, line }) => [path, valueCell(value), placeOf(name, line)]));
}

function printed(setting: Setting, path: string, value: unknown, config: LoadedConfig): PrintedSetting {
  const source = config.sources.get(setting.path) ?? { kind: "default" };
  const from = KINDS[source.kind];
  if (source.kind === "default") return { path, value, from, name: null, line: null };
  return { path, value, from, name: source.name, line: source.kind === "file" ? config.lineOf(path) : null };
}

function placeOf(name: string | null, line: number | null): string {
  if (name === null) return "default";
  return line === null ? name : `${name}:${line}`;
}
