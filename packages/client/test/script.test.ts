import assert from "node:assert/strict";
import { before, test } from "node:test";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { buildScript } from "./support/built-script.ts";

const MAX_GZIP_BYTES = 10 * 1024;

let files: ReadonlyMap<string, string>;
let script = "";

before(async () => {
  files = await buildScript();
  script = files.get("client.js") ?? "";
});

test("the script for pages without modules defines Tidewire, and nothing else", () => {
  const page: Record<string, unknown> = { URL, TextEncoder, crypto };
  const before = Object.keys(page);
  runInNewContext(script, page);
  assert.deepEqual(
    Object.keys(page).filter((name) => !before.includes(name)),
    ["Tidewire"],
  );
  const opened: string[] = [];
  page["WebSocket"] = class {
    constructor(url: string) {
      opened.push(url);
    }
    addEventListener(): void {}
    close(): void {}
  };
  Object.assign(page, { setTimeout, clearTimeout });
  const state: unknown = runInNewContext(
    'const client = new Tidewire("https://push.example"); const { status } = client.state; client.close(); status',
    page,
  );
  assert.deepEqual([state, opened], ["connecting", ["wss://push.example/connect"]]);
});

test("the script stays within its budget", () => {
  const bytes = gzipSync(script, { level: 9 }).length;
  assert.ok(bytes <= MAX_GZIP_BYTES, `${bytes} bytes gzipped, ${MAX_GZIP_BYTES} allowed`);
});

test("the parts are files of their own, which need nothing but themselves", () => {
  assert.deepEqual([...files.keys()].toSorted(), [
    "client.js",
    "client/fallback.js",
    "client/patterns.js",
    "client/persistence.js",
  ]);
  for (const [name, text] of files) assert.doesNotMatch(text, /\bfrom\s*["'`]/, name);
});
