import Type, { type TSchema } from "typebox";
import { Decode } from "typebox/value";
import { toApiKeys } from "./api-key-setting.ts";
import type { EndpointConfig, HookConfig, HooksConfig } from "./backend-config.ts";
import { type ConfigProblem, isSection, problemsIn } from "./check.ts";
import { type Config, ConfigError, type ConfigMistake, type LoadedConfig, type Source } from "./config.ts";
import type { ConfigFile } from "./config-file.ts";
import { conflictsIn, doubtsIn } from "./cross-checks.ts";
import { nearestOf } from "../base/nearest.ts";
import { toChannelRule } from "./rule-schema.ts";
import { CONFIG_SCHEMA, type CompleteFile } from "./schema.ts";
import { eventsChosenBy } from "./webhook-events.ts";
import { fromText, type Setting, SETTINGS } from "./settings.ts";

/** Where settings may come from, each as it is found there. */
export interface ConfigInput {
  /** What a file would hold, from a program that has no file. */
  readonly settings?: unknown;
  /** The configuration file; it counts in the place of `settings`. */
  readonly file?: ConfigFile;
  /** The process's environment; variables that do not begin with `TIDEWIRE_` are not looked at. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags by their names with dashes, such as `--port`; text, true, or a list of texts. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** The variable that names the configuration file. It is read before there is a configuration. */
export const CONFIG_VARIABLE = "TIDEWIRE_CONFIG";

/** The variables by which commands find a running server and sign in to it. They configure none. */
export const URL_VARIABLE = "TIDEWIRE_URL";
export const TOKEN_VARIABLE = "TIDEWIRE_TOKEN";

interface Given {
  readonly value: unknown;
  readonly source: Source;
}

/**
 * Makes the configuration: flags win over the environment, this over the file, this over the defaults.
 *
 * A list, such as the channel rules, is taken whole from one of them. Throws a ConfigError that tells every problem, one per line.
 */
export function resolveConfig(input: ConfigInput): LoadedConfig {
  const file = input.file ?? { name: "settings", settings: input.settings ?? {}, lineOf: () => null };
  const given = SETTINGS.map((setting) => [setting, find(setting, input, file)] as const);
  const sources = new Map(given.map(([{ path }, { source }]) => [path, source]));
  refuse([
    ...problemsIn(CONFIG_SCHEMA, file.settings).map((problem) => inFile(problem, file)),
    ...given.flatMap(([{ schema, path }, { value, source }]) =>
      source.kind === "flag" || source.kind === "env"
        ? problemsIn(schema, value, path).map((problem) => ({ ...problem, source: source.name, line: null }))
        : [],
    ),
  ]);
  const byPath = new Map(given.map(([{ path }, { value }]) => [path, value]));
  const values = toConfig(Decode(CONFIG_SCHEMA, nest(CONFIG_SCHEMA, "", byPath)));
  refuse(conflictsIn(values).map((conflict) => whereItIs(conflict, sources, file)));
  return {
    values,
    sources,
    written: byPath,
    file: input.file?.name ?? null,
    lineOf: file.lineOf,
    warnings: [...unknownVariables(input.env ?? {}), ...doubtsIn(values)],
  };
}

function inFile(problem: ConfigProblem, { name, lineOf }: ConfigFile): ConfigMistake {
  return { ...problem, source: name, line: lineOf(problem.path) };
}

/** A conflict of several settings is told where the first of them comes from, unless that is a default. */
function whereItIs(
  conflict: ConfigProblem,
  sources: ReadonlyMap<string, Source>,
  file: ConfigFile,
): ConfigMistake {
  const source = sources.get(conflict.path) ?? { kind: "default" };
  if (source.kind === "default") return { ...conflict, source: null, line: null };
  return source.kind === "file" ? inFile(conflict, file) : { ...conflict, source: source.name, line: null };
}

function find(
  { path, schema, facts }: Setting,
  { flags = {}, env = {} }: ConfigInput,
  file: ConfigFile,
): Given {
  const flag = facts.flag === undefined ? undefined : flags[facts.flag];
  if (facts.flag !== undefined && flag !== undefined) {
    const value = typeof flag === "string" ? fromText(schema, flag) : flag;
    return { value, source: { kind: "flag", name: facts.flag } };
  }
  const variable = facts.env === undefined ? undefined : env[facts.env];
  // Empty counts as absent: `TIDEWIRE_PORT=` is how compose files leave a variable out.
  if (facts.env !== undefined && variable !== undefined && variable !== "") {
    return { value: fromText(schema, variable), source: { kind: "env", name: facts.env } };
  }
  const held = path
    .split(".")
    .reduce<unknown>((at, key) => (isSection(at) ? at[key] : undefined), file.settings);
  if (held !== undefined) return { value: held, source: { kind: "file", name: file.name } };
  return { value: facts.default, source: { kind: "default" } };
}

/** Builds the tree of a section from its settings' values. */
function nest(schema: TSchema, path: string, byPath: ReadonlyMap<string, unknown>): unknown {
  if (!Type.IsObject(schema)) return byPath.get(path);
  const entries = Object.entries(schema.properties).map(([key, inner]) => [
    key,
    nest(inner, path === "" ? key : `${path}.${key}`, byPath),
  ]);
  return Object.fromEntries(entries);
}

function toConfig(file: CompleteFile): Config {
  const { log, auth, tls } = file;
  return {
    ...file,
    apiKeys: toApiKeys(file.apiKeys),
    log: { ...log, dir: unlessOff(log.dir) },
    auth: {
      ...auth,
      jwks: { ...auth.jwks, url: unlessOff(auth.jwks.url) },
      issuer: unlessOff(auth.issuer),
      audience: unlessOff(auth.audience),
    },
    tls: { ...tls, cert: unlessOff(tls.cert), key: unlessOff(tls.key) },
    channels: file.channels.map(toChannelRule),
    hooks: toHooks(file.hooks),
    webhooks: { ...file.webhooks, endpoints: file.webhooks.endpoints.map(toEndpoint) },
  };
}

function unlessOff(text: string): string | null {
  return text === "off" ? null : text;
}

function toHooks(hooks: CompleteFile["hooks"]): HooksConfig {
  const toHook = ({ url, timeoutMs }: { readonly url: string; readonly timeoutMs: number }): HookConfig => ({
    url: unlessOff(url),
    timeoutMs,
  });
  const { connect, subscribe, publish, rpc } = hooks;
  return {
    ...hooks,
    connect: toHook(connect),
    subscribe: toHook(subscribe),
    publish: toHook(publish),
    rpc: toHook(rpc),
  };
}

function toEndpoint(endpoint: CompleteFile["webhooks"]["endpoints"][number]): EndpointConfig {
  const { url, events = ["*"], channels } = endpoint;
  return { url, events: [...new Set(events.flatMap(eventsChosenBy))], channels: channels ?? null };
}

function refuse(mistakes: readonly ConfigMistake[]): void {
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}

/** A misspelt variable would be ignored without a word. It is no error: others may set variables that begin like ours. */
function unknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = [
    ...SETTINGS.flatMap(({ facts }) => (facts.env === undefined ? [] : [facts.env])),
    CONFIG_VARIABLE,
    URL_VARIABLE,
    TOKEN_VARIABLE,
  ];
  return Object.keys(env)
    .filter((name) => name.startsWith("TIDEWIRE_") && !known.includes(name))
    .map((name) => {
      const nearest = nearestOf(name, known);
      return `${name} is not a variable that Tidewire knows.${nearest === undefined ? "" : ` Did you mean ${nearest}?`}`;
    });
}
