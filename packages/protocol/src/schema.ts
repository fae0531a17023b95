import type { ErrorCode } from "./errors.ts";
import type { JsonValue } from "./json.ts";

/** Why a value was not accepted, and which field of the message it was. */
export class Problem {
  readonly code: ErrorCode;
  /** The field, as `since.offset`; empty for the message itself. */
  readonly path: string;
  /** What is expected there, or a whole sentence. */
  readonly expected: string;

  constructor(expected: string, code: ErrorCode = "invalid_field", path = "") {
    this.code = code;
    this.path = path;
    this.expected = expected;
  }

  /** The same problem, seen from the object that holds the value under `key`. */
  within(key: string): Problem {
    return new Problem(this.expected, this.code, this.path === "" ? key : `${key}.${this.path}`);
  }

  /** One line for a person: the field, then what is expected. */
  get message(): string {
    return this.path === "" ? this.expected : `${this.path}: ${this.expected}`;
  }
}

/** Reads an unknown value as a T, once, where it enters. */
export interface Schema<T> {
  /** A text that stays the same as long as what is accepted stays the same. */
  readonly shape: string;
  /** Returns the value as a T, without unknown fields, or why it is none. Never throws. */
  read(value: unknown): T | Problem;
}

/** A schema of an object, whose fields can be listed. */
export interface ObjectSchema<T> extends Schema<T> {
  /** The shape of each field; the name ends with `?` when the field may be absent. */
  readonly fieldShapes: Readonly<Record<string, string>>;
}

/** A field that may be absent. */
export interface OptionalField<T> {
  readonly optional: Schema<T>;
}

type Field<T> = Schema<T> | OptionalField<T>;

/** One field per property of T: optional where the property is. */
export type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? OptionalField<Exclude<T[K], undefined>>
    : Schema<T[K]>;
};

/** Marks a field that may be absent. `null` is not absent. */
export function optional<T>(schema: Schema<T>): OptionalField<T> {
  return { optional: schema };
}

/** Makes a schema from a type guard and what to say when it fails, such as `must be a string`. */
function check<T>(shape: string, expected: string, accepts: (value: unknown) => value is T): Schema<T> {
  return { shape, read: (value) => (accepts(value) ? value : new Problem(expected)) };
}

/** Accepts strings for which `problemOf` finds no problem. */
export function text(
  shape: string,
  problemOf: (value: string) => string | undefined,
  code: ErrorCode = "invalid_field",
): Schema<string> {
  return {
    shape,
    read(value) {
      if (typeof value !== "string") return new Problem("must be a string", code);
      const problem = problemOf(value);
      return problem === undefined ? value : new Problem(problem, code);
    },
  };
}

/** Accepts strings of valid Unicode with `min` to `max` UTF-16 units. */
export function boundedText(min: number, max: number): Schema<string> {
  const expected = `must be a string of ${min} to ${max} characters`;
  return text(`string ${min}..${max}`, (value) =>
    value.length < min || value.length > max || /\p{Surrogate}/u.test(value) ? expected : undefined,
  );
}

/** Accepts whole numbers from `min` to `max`. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  return check(
    `integer ${min}..${max === Number.MAX_SAFE_INTEGER ? "" : max}`,
    `must be a whole number from ${min} to ${max}`,
    (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max,
  );
}

/** Accepts numbers from `min` to `max`, also fractions. */
export function number(min: number, max: number): Schema<number> {
  return check(
    `number ${min}..${max}`,
    `must be a number from ${min} to ${max}`,
    (value): value is number => typeof value === "number" && value >= min && value <= max,
  );
}

/** Accepts exactly the given strings. */
export function oneOf<const T extends string>(...values: readonly T[]): Schema<T> {
  const known: ReadonlySet<unknown> = new Set(values);
  const quoted = values.map((value) => JSON.stringify(value));
  return check(quoted.join("|"), `must be ${quoted.join(" or ")}`, (value): value is T => known.has(value));
}

/** Accepts `true` and `false`. */
export const boolean: Schema<boolean> = check(
  "boolean",
  "must be true or false",
  (value): value is boolean => typeof value === "boolean",
);

/** Accepts `true` alone. */
export const literalTrue: Schema<true> = check(
  "true",
  "must be true",
  (value): value is true => value === true,
);

/**
 * Accepts anything that is there.
 *
 * The value must come out of `JSON.parse`: nothing inside it is looked at.
 */
export const json: Schema<JsonValue> = check(
  "json",
  "must be present; any JSON value will do",
  (value): value is JsonValue => value !== undefined,
);

/** Accepts `null` as well. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { shape: `${schema.shape}|null`, read: (value) => (value === null ? null : schema.read(value)) };
}

/** Accepts what the first schema accepts, else what the second one does; the second one's problem is told. */
export function either<A, B>(first: Schema<A>, second: Schema<B>): Schema<A | B> {
  return {
    shape: `${first.shape}|${second.shape}`,
    read(value) {
      const result = first.read(value);
      return result instanceof Problem ? second.read(value) : result;
    },
  };
}

/** Accepts arrays of what the schema accepts. */
export function array<T>(item: Schema<T>): Schema<readonly T[]> {
  return {
    shape: `[${item.shape}]`,
    read(value) {
      if (!Array.isArray(value)) return new Problem("must be an array");
      const items: T[] = [];
      for (const [index, element] of value.entries()) {
        const result = item.read(element);
        if (result instanceof Problem) return result.within(String(index));
        items.push(result);
      }
      return items;
    },
  };
}

/** Accepts arrays of `min` to `max` elements. */
export function boundedArray<T>(item: Schema<T>, min: number, max: number): Schema<readonly T[]> {
  const items = array(item);
  return {
    shape: `${items.shape} ${min}..${max}`,
    read(value) {
      // The length comes first, so that nothing is read in vain.
      const fits = !Array.isArray(value) || (value.length >= min && value.length <= max);
      return fits ? items.read(value) : new Problem(`must be an array of ${min} to ${max} elements`);
    },
  };
}

/** Accepts objects used as maps: each name and each value must fit. */
export function record<T>(name: Schema<string>, item: Schema<T>): Schema<Readonly<Record<string, T>>> {
  return {
    shape: `{[${name.shape}]: ${item.shape}}`,
    read(value) {
      if (!isRecord(value)) return new Problem("must be an object");
      const entries: [string, T][] = [];
      for (const [key, element] of Object.entries(value)) {
        const keyResult = name.read(key);
        if (keyResult instanceof Problem) return keyResult;
        const result = item.read(element);
        if (result instanceof Problem) return result.within(key);
        entries.push([key, result]);
      }
      // Not by assignment: a channel may be called __proto__, and assigning that would replace the prototype.
      return Object.fromEntries(entries);
    },
  };
}

/**
 * Accepts objects with these fields and drops all others.
 *
 * The field table is checked against T by the compiler; the overload is where its word is taken for the result.
 */
export function object<T>(fields: Fields<T>): ObjectSchema<T>;
export function object(table: Readonly<Record<string, Field<unknown>>>): ObjectSchema<unknown> {
  const fields = Object.entries(table).map(([name, field]) =>
    "optional" in field
      ? { name, schema: field.optional, required: false }
      : { name, schema: field, required: true },
  );
  const shapes = fields.map(
    ({ name, schema, required }) => [required ? name : `${name}?`, schema.shape] as const,
  );
  return {
    shape: `{${shapes.map(([name, shape]) => `${name}: ${shape}`).join(", ")}}`,
    fieldShapes: Object.fromEntries(shapes),
    read(value) {
      if (!isRecord(value)) return new Problem("must be an object");
      const result: Record<string, unknown> = {};
      for (const { name, schema, required } of fields) {
        const given = value[name];
        if (given === undefined && !required) continue;
        const read = schema.read(given);
        if (read instanceof Problem) return read.within(name);
        result[name] = read;
      }
      return result;
    },
  };
}

/** Tells whether a value is an object and not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
