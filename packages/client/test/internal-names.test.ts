import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { COMMAND_SCHEMAS, PUSH_SCHEMAS } from "@tidewire/protocol";
import { INTERNAL_NAMES } from "../internal-names.ts";

const SOURCE = new URL("../src/", import.meta.url);

/** What the script loads: built apart from it, so that it has no short names. */
const PARTS = ["persistence.ts", "fallback.ts", "pattern-standing.ts"];

function read(file: string): string {
  return readFileSync(new URL(file, SOURCE), "utf8");
}

/** A file and all that it takes along when it is built. */
function withImports(file: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, imported = ""] of read(file).matchAll(/^import (?!type )[^;]* from "\.\/([^"]+)";/gm)) {
    withImports(imported, found);
  }
  return found;
}

/** The names in a piece of code. Private ones are told apart by the language, and comments are not code. */
function namesIn(code: string): ReadonlySet<string> {
  return new Set(code.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "").match(/(?<![#\w])\w+/g));
}

describe("the names that the script's build shortens", () => {
  const files = readdirSync(SOURCE).filter((file) => file.endsWith(".ts"));

  test("are all in the source", () => {
    const used = namesIn(files.map(read).join("\n"));
    for (const name of INTERNAL_NAMES) assert.ok(used.has(name), name);
  });

  test("are no fields of the protocol", () => {
    const schemas = [...Object.values(COMMAND_SCHEMAS), ...Object.values(PUSH_SCHEMAS)];
    const fields = new Set(schemas.flatMap(({ fieldShapes }) => Object.keys(fieldShapes)));
    for (const name of INTERNAL_NAMES) assert.ok(!fields.has(name), name);
  });

  test("are not known to what the script loads", () => {
    for (const part of PARTS) {
      const known = namesIn([...withImports(part)].map(read).join("\n"));
      for (const name of INTERNAL_NAMES) assert.ok(!known.has(name), `${name} in ${part}`);
    }
  });

  test("are in no text: what is looked for by its name keeps it", () => {
    const texts = namesIn(
      files
        .map(read)
        .join("\n")
        .match(/"[^"\n]*"/g)
        ?.join("\n") ?? "",
    );
    for (const name of INTERNAL_NAMES) assert.ok(!texts.has(name), name);
  });

  test("are not in the documentation, nor in what programs import", () => {
    const interfaces = ["client-state.ts", "client-events.ts", "subscription.ts", "environment.ts"];
    const page = readFileSync(new URL("../../../docs/client.md", import.meta.url), "utf8");
    const examples = page.match(/^```[^]*?^```|`[^`\n]+`/gm) ?? [];
    const options = /interface TidewireOptions [^]*?\n}/.exec(read("options.ts")) ?? [];
    const known = namesIn([...examples, ...options, ...interfaces.map(read)].join("\n"));
    for (const name of INTERNAL_NAMES) assert.ok(!known.has(name), name);
  });

  test("are no properties of what a runtime brings along", () => {
    const prototypes = Object.getOwnPropertyNames(globalThis)
      .map((name): unknown => Reflect.get(globalThis, name))
      .filter((value) => typeof value === "function")
      .flatMap((value) => [value, Reflect.get(value, "prototype")]);
    const known = new Set(
      prototypes.flatMap((value) =>
        typeof value === "object" && value !== null ? Object.getOwnPropertyNames(value) : [],
      ),
    );
    assert.ok(known.has("addEventListener"));
    for (const name of INTERNAL_NAMES) assert.ok(!known.has(name), name);
  });
});
