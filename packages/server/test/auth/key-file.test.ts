import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { KeyFileError, keptApiKey } from "../../src/auth/key-file.ts";

const folder = await mkdtemp(join(tmpdir(), "tidewire-key-"));
after(() => rm(folder, { recursive: true }));

describe("the generated API key", () => {
  it("is made at the first start, in a folder that is made for it, and kept from then on", async () => {
    const data = join(folder, "not", "there", "yet");
    const first = await keptApiKey(data);
    assert.deepEqual(first, { key: first.key, file: join(data, "api-key"), created: true });
    assert.equal((await readFile(first.file, "utf8")).trim(), first.key);
    assert.deepEqual(await keptApiKey(data), { ...first, created: false });
    assert.deepEqual(await readdir(data), ["api-key"], "nothing else is left behind");
  });

  it("can be read only by its owner", {
    skip: process.platform === "win32" && "Windows has no file modes",
  }, async () => {
    const { file } = await keptApiKey(join(folder, "mode"));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it("is the same for all who start at once", async () => {
    const data = join(folder, "race");
    const kept = await Promise.all(Array.from({ length: 20 }, () => keptApiKey(data)));
    assert.equal(new Set(kept.map(({ key }) => key)).size, 1, "one key for all");
    assert.equal(kept.filter(({ created }) => created).length, 1, "one of them made it");
    assert.deepEqual(await readdir(data), ["api-key"], "the drafts are gone");
  });

  it("may be written by hand", async () => {
    const data = join(folder, "by-hand");
    await mkdir(data);
    await writeFile(join(data, "api-key"), "my-own-key\r\n");
    assert.equal((await keptApiKey(data)).key, "my-own-key");
  });

  it("is not replaced when its file is empty: somebody must look", async () => {
    const data = join(folder, "empty");
    await mkdir(data);
    await writeFile(join(data, "api-key"), "\n");
    await assert.rejects(keptApiKey(data), /api-key is empty\. Write an API key into it, or delete it/);
  });

  it("names the file when it cannot be kept", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    await assert.rejects(keptApiKey(join(file, "data")), (error) => {
      assert.ok(error instanceof KeyFileError);
      return error.message.includes(join(file, "data", "api-key"));
    });
  });
});
