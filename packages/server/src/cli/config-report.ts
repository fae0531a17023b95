import { accessModeOf } from "../config/access-mode.ts";
import { ChannelRules, type ExplainedOption, type OptionSource } from "../config/channel-rules.ts";
import type { LoadedConfig, Source } from "../config/config.ts";
import { SETTINGS } from "../config/settings.ts";

/** What `config check` prints: each setting that is not at its default, with its value and where it came from. */
export function checkReport({ values, sources, file }: LoadedConfig): readonly string[] {
  const changed = SETTINGS.flatMap(({ path, facts }) => {
    const source = sources.get(path) ?? { kind: "default" };
    if (source.kind === "default") return [];
    const value = facts.secret === true ? "(secret)" : JSON.stringify(at(values, path));
    return [
      {
        name: path,
        value: path === "channels" ? rules(values.channels.length) : value,
        source: sourceName(source),
      },
    ];
  });
  const where = file === null ? "" : ` (${file})`;
  if (changed.length === 0) return [`The configuration${where} is fine: every setting has its default.`];
  return [
    `The configuration${where} is fine. Settings that are not at their default:`,
    "",
    ...table(changed),
  ];
}

/** What `config explain` prints: each option of a channel, with its value and the rule it comes from. */
export function explainReport(channel: string, { values, sources }: LoadedConfig): readonly string[] {
  const listSource = sources.get("channels") ?? { kind: "default" };
  const rows = new ChannelRules(values).explain(channel).map(({ option, value, source }: ExplainedOption) => {
    return { name: option, value, source: ruleName(source, listSource) };
  });
  const note =
    "  Open mode: everybody may subscribe and publish, except to channels for nobody and to other users' inboxes.";
  return [channel, "", ...table(rows), ...(accessModeOf(values) === "open" ? ["", note] : [])];
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

function table(rows: readonly Row[]): readonly string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const valueWidth = Math.max(...rows.map(({ value }) => value.length));
  return rows.map(
    ({ name, value, source }) => `  ${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${source}`,
  );
}

function ruleName(source: OptionSource, list: Source): string {
  if (source.kind === "default") return "default";
  if (source.kind === "built-in") return `${source.name} (${source.match})`;
  return `channels[${source.index}] (${source.match})${list.kind === "default" ? "" : ` in ${list.name}`}`;
}

function sourceName(source: Source): string {
  return source.kind === "default" ? "default" : source.name;
}

function rules(count: number): string {
  return count === 1 ? "1 rule" : `${count} rules`;
}

function at(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
      values,
    );
}
