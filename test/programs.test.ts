import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { PROGRAMS, aptCalls, locateProgram } from "../scripts/lib/programs.mjs";
import {
  findCaddy,
  findChromium,
  findCurl,
  findNginx,
  findOpenssl,
  findPhp,
  findRedisServer,
  findSystemdAnalyze,
} from "./support/programs.ts";
import type { FoundProgram } from "./support/programs.ts";

const php = PROGRAMS.find((program) => program.title === "PHP")!;
const DEBIAN = { osRelease: 'NAME="Debian GNU/Linux"\nID=debian\n', root: true, aptGet: true };

describe("getting the programs that suites need", () => {
  it("installs what is missing with apt-get, as root on Debian", () => {
    assert.deepEqual(aptCalls([php], DEBIAN), [
      ["update"],
      ["install", "--yes", "--no-install-recommends", "php-cli"],
    ]);
  });

  it("does so on Debian's children", () => {
    assert.equal(aptCalls([php], { ...DEBIAN, osRelease: 'ID=mint\nID_LIKE="ubuntu debian"\n' }).length, 2);
  });

  it("installs nothing without a need, without root, without apt-get or on another system", () => {
    assert.deepEqual(aptCalls([], DEBIAN), []);
    assert.deepEqual(aptCalls([php], { ...DEBIAN, root: false }), []);
    assert.deepEqual(aptCalls([php], { ...DEBIAN, aptGet: false }), []);
    assert.deepEqual(aptCalls([php], { ...DEBIAN, osRelease: "ID=fedora\n" }), []);
    assert.deepEqual(aptCalls([php], { ...DEBIAN, osRelease: "" }), []);
  });
});

describe("finding a program", { skip: process.platform === "win32" && "writes a Unix program" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "tidewire-programs-"));
  after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "php");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);

  it("takes the first one on PATH", () => {
    assert.equal(locateProgram(php, { PATH: `/nowhere:${folder}` }), program);
  });

  it("takes the one that its variable names, and no other", () => {
    assert.equal(locateProgram(php, { PATH: "", PHP: program }), program);
    assert.equal(locateProgram(php, { PATH: folder, PHP: "/nowhere/php" }), undefined);
  });

  it("takes no file that cannot be run", () => {
    const text = join(folder, "text");
    writeFileSync(text, "");
    chmodSync(text, 0o644);
    assert.equal(locateProgram(php, { PATH: "", PHP: text }), undefined);
    assert.equal(locateProgram(php, { PATH: "", PHP: folder }), undefined);
  });
});

describe("the finders for tests", () => {
  it("cover every program, and give a path or the reason to skip", () => {
    const finders: Record<string, () => FoundProgram> = {
      findCaddy,
      findChromium,
      findCurl,
      findNginx,
      findOpenssl,
      findPhp,
      findRedisServer,
      findSystemdAnalyze,
    };
    for (const need of PROGRAMS) {
      const found = finders[need.finder]?.();
      assert.ok(found !== undefined, `test/support/programs.ts exports ${need.finder}`);
      if (found.skip === false) assert.notEqual(found.path, "");
      else assert.match(found.skip, new RegExp(`^needs ${need.title}: apt-get install ${need.aptPackage}`));
    }
  });
});
