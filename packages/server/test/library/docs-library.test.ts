import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { TidewireEvents } from "../../src/index.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";

const page = readPage("library.md");
const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const ROOT = join(PACKAGE, "..", "..");

/** The compiler sees to it that this is all of them. */
const EVENTS: Readonly<Record<keyof TidewireEvents, true>> = {
  "connection.opened": true,
  "connection.closed": true,
  "channel.occupied": true,
  "channel.vacated": true,
  "member.joined": true,
  "member.left": true,
  "message.published": true,
};

/** A folder inside the workspace, so that its packages are found, and where no other check looks. */
async function folderFor(t: TestContext): Promise<string> {
  const dist = join(PACKAGE, "dist");
  await mkdir(dist, { recursive: true });
  const folder = await mkdtemp(join(dist, "documentation-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function run(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly error: unknown; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd }, (error, stdout, stderr) =>
      resolve({ error, text: stdout + stderr }),
    );
  });
}

describe("docs/library.md", () => {
  test("shows TypeScript that compiles under the strictest settings", async (t) => {
    const folder = await folderFor(t);
    const examples = codeBlocks(page, "ts");
    assert.ok(examples.length >= 5, "the examples were found");
    for (const [index, text] of examples.entries()) await writeFile(join(folder, `example${index}.ts`), text);
    const settings = {
      extends: join(ROOT, "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        declaration: false,
        noEmit: true,
        noUnusedLocals: false,
        allowImportingTsExtensions: true,
        // As users see the package: built.
        customConditions: [],
        types: ["node"],
        typeRoots: [join(ROOT, "node_modules", "@types")],
      },
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    assert.deepEqual(await run([compiler, "-p", folder], folder), { error: null, text: "" });
  });

  test("begins with a program that runs", async (t) => {
    const folder = await folderFor(t);
    const [program = ""] = codeBlocks(page, "js");
    const script = `${program.replace("3000", "0")}
const { port } = server.address();
const own = await (await fetch(\`http://127.0.0.1:\${port}/\`)).text();
const script = await fetch(\`http://127.0.0.1:\${port}/tidewire/health\`);
console.log(own, script.status);
await tidewire.close();
server.close();
server.closeAllConnections();
`;
    await writeFile(join(folder, "program.mjs"), script);
    const flags = ["--conditions=tidewire-source", "--import", import.meta.resolve("tsx")];
    const { error, text } = await run([...flags, "program.mjs"], folder);
    assert.equal(error, null);
    assert.match(text, /^my own page 200$/m);
  });

  test("lists every event that there is", () => {
    const listed = tableOf(page, "event", "told when").map(([name = ""]) => name.replaceAll("`", ""));
    assert.deepEqual(listed, Object.keys(EVENTS));
  });
});
