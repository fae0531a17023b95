import Type, { type TProperties, type TSchema } from "typebox";
import { BYTES_PATTERN, formatBytes, parseBytes } from "../base/bytes.ts";
import { DURATION_PATTERN, formatDuration, parseDuration } from "../base/duration.ts";
import { parseRate, type RateUnit } from "../base/rate.ts";

/** The largest whole number that a setting can hold: no limit of its own. */
export const ANY_NUMBER = Number.MAX_SAFE_INTEGER;

/** What a setting tells about itself, beside what it accepts. */
export interface SettingFacts {
  /** In the form of the configuration file. Absent in the rules' options, whose default depends on other rules. */
  readonly default?: unknown;
  /** One or two sentences for the reference. */
  readonly description: string;
  /** The command line's flag that sets it, and its variable. */
  readonly flag?: string;
  /** What the help calls the flag's value. */
  readonly argument?: string;
  readonly env?: string;
  /** The variable of a list holds one entry, commas included, rather than several between commas. */
  readonly oneInEnv?: boolean;
  /** Its value must not appear in messages. */
  readonly secret?: boolean;
  /** A running server takes a new value over when it reads its configuration again. */
  readonly live?: boolean;
}

/** Facts as they are kept in the schema. */
export interface Facts extends SettingFacts {
  /** What is accepted, after "must be". */
  readonly expected: string;
}

/** Reads back the facts of a setting's schema. */
export function factsOf(schema: TSchema): Facts | undefined {
  const facts: unknown = Reflect.get(schema, "facts");
  return isFacts(facts) ? facts : undefined;
}

function isFacts(value: unknown): value is Facts {
  return typeof value === "object" && value !== null && "expected" in value && "description" in value;
}

/** The facts in the form in which a schema carries them. */
export function annotated(facts: SettingFacts, expected: string): { readonly facts: Facts } {
  return { facts: { ...facts, expected } };
}

/** A non-empty text. */
export function text(expected: string, facts: SettingFacts) {
  return Type.String({ minLength: 1, ...annotated(facts, expected) });
}

/** true or false. */
export function flag(facts: SettingFacts) {
  return Type.Boolean(annotated(facts, "true or false"));
}

/** A whole number. */
export function integer(minimum: number, maximum: number, facts: SettingFacts) {
  const range = maximum === ANY_NUMBER ? `from ${minimum} on` : `from ${minimum} to ${maximum}`;
  return Type.Integer({ minimum, maximum, ...annotated(facts, `a whole number ${range}`) });
}

/** A number, also a fraction. */
export function number(minimum: number, maximum: number, facts: SettingFacts) {
  return Type.Number({ minimum, maximum, ...annotated(facts, `a number from ${minimum} to ${maximum}`) });
}

/** A whole number, or `off`, which becomes null. */
export function limit(minimum: number, facts: SettingFacts) {
  const number = Type.Integer({ minimum });
  const either = Type.Union(
    [number, Type.Literal("off")],
    annotated(facts, `a whole number from ${minimum} on, or off`),
  );
  return Type.Decode(either, (value) => (value === "off" ? null : value));
}

/** How often, such as `200/s`, or how many bytes, such as `2MB/s`; `off` becomes null. */
export function rate(unit: RateUnit, facts: SettingFacts) {
  const example = unit === "bytes" ? "2MB/s" : "200/s";
  const checked = Type.Refine(
    Type.String(annotated(facts, `a rate such as ${example}, or off`)),
    (value) => value === "off" || parseRate(value, unit) !== undefined,
    () => "",
  );
  return Type.Decode(checked, (value) => parseRate(value, unit) ?? null);
}

/** One of some words. */
export function choice<const Words extends string[]>(words: readonly [...Words], facts: SettingFacts) {
  return Type.Enum(words, annotated(facts, oneOf(words)));
}

/** Milliseconds, as a number or with a unit such as `90s`. */
export function duration(minimumMs: number, maximumMs: number, facts: SettingFacts) {
  const range = `from ${formatDuration(minimumMs)} to ${formatDuration(maximumMs)}`;
  const expected = `a duration ${range}, such as 90s, 10m or 24h`;
  return quantity(parseDuration, DURATION_PATTERN, minimumMs, maximumMs, expected, facts);
}

/** A duration, or `off`, which becomes null. */
export function limitedDuration(minimumMs: number, maximumMs: number, facts: SettingFacts) {
  const range = `from ${formatDuration(minimumMs)} to ${formatDuration(maximumMs)}`;
  const read = (value: number | string): number =>
    (typeof value === "string" ? parseDuration(value) : value) ?? Number.NaN;
  const expected = `a duration ${range}, such as 90s, 10m or 24h, or off`;
  const checked = Type.Refine(
    Type.Union(
      [Type.Integer(), Type.String({ pattern: `^off$|${DURATION_PATTERN}` })],
      annotated(facts, expected),
    ),
    (value) => value === "off" || (read(value) >= minimumMs && read(value) <= maximumMs),
    () => "",
  );
  return Type.Decode(checked, (value) => (value === "off" ? null : read(value)));
}

/** Bytes, as a number or with a unit such as `64KB`. */
export function bytes(minimum: number, maximum: number, facts: SettingFacts) {
  const range = `from ${formatBytes(minimum)} to ${formatBytes(maximum)}`;
  const expected = `a size ${range}, such as 64KB or 16MB`;
  return quantity(parseBytes, BYTES_PATTERN, minimum, maximum, expected, facts);
}

function quantity(
  parse: (value: string) => number | undefined,
  pattern: string,
  minimum: number,
  maximum: number,
  expected: string,
  facts: SettingFacts,
) {
  const read = (value: number | string): number =>
    (typeof value === "string" ? parse(value) : value) ?? Number.NaN;
  const either = Type.Union([Type.Integer(), Type.String({ pattern })], annotated(facts, expected));
  const checked = Type.Refine(
    either,
    (value) => read(value) >= minimum && read(value) <= maximum,
    () => "",
  );
  return Type.Decode(checked, read);
}

/** Texts in a list, each of which the check accepts. */
export function texts(item: string, accepts: (text: string) => boolean, facts: SettingFacts) {
  const each = Type.Refine(Type.String(annotated({ ...facts, default: undefined }, item)), accepts, () => "");
  return Type.Array(each, annotated(facts, `a list, each entry ${item}`));
}

/** Joins words as a sentence does: `a, b or c`. */
function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A part of the file with settings of its own; nothing else may stand in it. */
export function section<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}
