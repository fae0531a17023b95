import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const PRELUDE = 'import { Tidewire } from "@tidewire/client";\ndeclare const client: Tidewire;\n';

interface Block {
  readonly language: string;
  readonly text: string;
}

async function blocksOf(file: string): Promise<Block[]> {
  const page = await readFile(join(ROOT, file), "utf8");
  const blocks = page.matchAll(/^```(?<language>[^\n]+)\n(?<text>.*?)^```$/gms);
  return [...blocks].map(({ groups }) => ({
    language: groups?.["language"] ?? "",
    text: groups?.["text"] ?? "",
  }));
}

/** Runs the compiler over a folder and returns its complaints. */
function complaintsOf(folder: string): Promise<string> {
  const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, "-p", folder], (_error, stdout) => resolve(stdout));
  });
}

test("every TypeScript example in docs/client.md compiles under the strictest settings", async (t) => {
  // Inside the workspace, so that its packages are found, and where no other check looks.
  const dist = join(ROOT, "packages", "client", "dist");
  await mkdir(dist, { recursive: true });
  const folder = await mkdtemp(join(dist, "examples-"));
  t.after(() => rm(folder, { recursive: true }));
  const examples = (await blocksOf("docs/client.md")).filter(({ language }) => /^tsx?$/.test(language));
  assert.ok(examples.length >= 10, "the examples were found");
  for (const [index, { language, text }] of examples.entries()) {
    // Most examples go on with the client of the first one.
    const code = text.includes("new Tidewire") ? text : PRELUDE + text;
    await writeFile(join(folder, `example${index + 1}.${language}`), code);
  }
  const compilerOptions = {
    composite: false,
    declaration: false,
    noEmit: true,
    noUnusedLocals: false,
    jsx: "react-jsx",
    // The SDK's sources lead to the engine's.
    types: ["node"],
    allowImportingTsExtensions: true,
    // As users see the packages: built, and not as sources that need Node's types.
    customConditions: [],
    lib: ["es2023", "dom", "dom.iterable"],
  };
  const settings = {
    extends: "../../../../tsconfig.base.json",
    compilerOptions,
    include: ["."],
    exclude: [],
  };
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  assert.equal(await complaintsOf(folder), "");
});

test("a block in docs/client.md that names a file is a part of it", async () => {
  const quotes = (await blocksOf("docs/client.md")).filter(({ language }) => language.includes("/"));
  assert.ok(quotes.length > 0, "the quotes were found");
  for (const { language, text } of quotes) {
    const file = language.split(" ").at(-1) ?? "";
    assert.ok((await readFile(join(ROOT, file), "utf8")).includes(text), `${file} reads differently`);
  }
});

test("docs/client.md names every option, every state and every code of the client", async () => {
  const page = await readFile(join(ROOT, "docs/client.md"), "utf8");
  const sources = ["options.ts", "client-state.ts", "error.ts"];
  const [options = "", states = "", errors = ""] = await Promise.all(
    sources.map((file) => readFile(join(ROOT, "packages/client/src", file), "utf8")),
  );
  const declared = options.slice(
    options.indexOf("interface TidewireOptions"),
    options.indexOf("interface Settings"),
  );
  const names = [
    ...[...declared.matchAll(/readonly (\w+)\?:/g)].map((found) => found[1]),
    ...[...states.matchAll(/status: "([\w-]+)"/g)].map((found) => found[1]),
    ...[...errors.matchAll(/\| "(\w+)"/g)].map((found) => found[1]),
  ];
  assert.ok(names.length > 25, "the names were found");
  for (const name of names) assert.ok(page.includes(`\`${name}\``), `${name} is not in docs/client.md`);
});
