import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { ConfigError, type ConfigMistake } from "./config.ts";

/** A configuration file, read but not judged. */
export interface ConfigFile {
  readonly name: string;
  readonly settings: unknown;
  /** The line, counted from 1, at which a path such as `channels[2].match` stands, or the nearest thing around it. */
  readonly lineOf: (path: string) => number | null;
}

/** Reads YAML, of which JSON is a part. Throws a ConfigError that says what is wrong, with the lines. */
export function parseConfigFile(name: string, content: string): ConfigFile {
  const lines = new LineCounter();
  // A list or a section in the place of a key is refused like any unknown one; yaml would warn on standard error, too.
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ message, pos: [at] }) => mistake(name, lines.linePos(at).line, message)),
      { cause: document.errors[0] },
    );
  }
  try {
    // By this key a JSON file tells editors its schema. It is no setting.
    if (isMap(document.contents)) document.contents.delete("$schema");
    const settings: unknown = document.toJS() ?? {};
    return {
      name,
      settings,
      lineOf(path) {
        const at = placeOf(document, keysOf(path));
        return at === null ? null : lines.linePos(at).line;
      },
    };
  } catch (cause) {
    // An alias to nothing is found only now.
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError([mistake(name, null, message)], { cause });
  }
}

function mistake(source: string, line: number | null, problem: string): ConfigMistake {
  // To YAML, * begins an alias and @ is reserved.
  const hint = /alias|reserved character/i.test(problem) ? ' Put patterns in quotes, as in match: "**".' : "";
  const [summary = ""] = problem.split("\n");
  return { source, line, path: null, message: `${summary.replace(/[:.]$/, "")}.${hint}` };
}

/** Splits `channels[2].match` into `channels`, 2 and `match`. */
function keysOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key = ""]) =>
    index === undefined ? key : Number(index),
  );
}

/** Where the key stands whose value is at this path; where that is missing, the key around it. */
function placeOf(document: Document, keys: readonly (string | number)[]): number | null {
  for (let length = keys.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(keys.slice(0, length - 1), true);
    const last = keys[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)
      : undefined;
    const place: unknown = pair === undefined ? document.getIn(keys.slice(0, length), true) : pair.key;
    if (isNode(place) && place.range) return place.range[0];
  }
  return null;
}
