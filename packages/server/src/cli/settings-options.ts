import Type from "typebox";
import { Option } from "commander";
import { SETTINGS, type Setting } from "../config/settings.ts";

/**
 * The flags of every command that needs the configuration.
 *
 * They come from the settings themselves. Nothing is judged here: what a flag holds is checked with the file and the environment, so that a
 * mistake is told in the same words everywhere.
 */
export function settingsOptions(): readonly Option[] {
  const config = new Option(
    "--config <file>",
    "The configuration file, YAML or JSON. (env: TIDEWIRE_CONFIG)",
  );
  return [config, ...SETTINGS.flatMap(optionOf)];
}

/** The flags that were given, by their names with dashes. */
export function givenFlags(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const flags = settingsOptions().map(
    (option) => [option.long ?? "", options[option.attributeName()]] as const,
  );
  return Object.fromEntries(flags.filter(([, value]) => value !== undefined));
}

function optionOf({ schema, facts }: Setting): readonly Option[] {
  if (facts.flag === undefined) return [];
  const isList = Type.IsArray(schema);
  const argument = Type.IsBoolean(schema) ? "" : ` <${facts.argument ?? "value"}>`;
  const preset = isList || Type.IsBoolean(schema) ? "" : ` (default: ${String(facts.default)})`;
  const variable = facts.env === undefined ? "" : ` (env: ${facts.env})`;
  const option = new Option(
    `${facts.flag}${argument}`,
    `${facts.description.replaceAll("`", "")}${preset}${variable}`,
  );
  return [isList ? option.argParser(collect) : option];
}

/** A flag that may be repeated, each time with one entry or several between commas. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), ...value.split(",").map((entry) => entry.trim())];
}
