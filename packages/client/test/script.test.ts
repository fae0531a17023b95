import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const MAX_GZIP_BYTES = 10 * 1024;

let script = "";

before(async () => {
  const outDir = await mkdtemp(join(tmpdir(), "tidewire-script-"));
  const root = fileURLToPath(new URL("..", import.meta.url));
  await build({ root, configFile: join(root, "vite.config.ts"), build: { outDir } });
  script = await readFile(join(outDir, "client.js"), "utf8");
  await rm(outDir, { recursive: true });
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
