import type { LoadedConfig, Source } from "../config/config.ts";
import { SETTINGS } from "../config/settings.ts";
import { table } from "./table.ts";

/** What `config check` prints: each setting that is not at its default, with its value and where it came from. */
export function checkReport({ values, sources, file }: LoadedConfig): readonly string[] {
  const changed = SETTINGS.flatMap(({ path, facts }) => {
    const source = sources.get(path) ?? { kind: "default" };
    if (source.kind === "default") return [];
    const value = facts.secret === true ? "(secret)" : JSON.stringify(at(values, path));
    return [[path, path === "channels" ? rules(values.channels.length) : value, sourceName(source)]];
  });
  const where = file === null ? "" : ` (${file})`;
  if (changed.length === 0) return [`The configuration${where} is fine: every setting has its default.`];
  return [
    `The configuration${where} is fine. Settings that are not at their default:`,
    "",
    ...table(changed),
  ];
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
