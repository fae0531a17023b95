import assert from "node:assert/strict";
import { platform } from "node:process";
import { describe, it } from "node:test";
import { exampleLine, tidewireLine } from "../../src/look/terminal-line.ts";
import { pasted } from "../support/pasted.ts";

describe("the lines for a terminal", { skip: platform === "win32" ? "needs a POSIX shell" : false }, () => {
  it("hand every argument on as it is", () => {
    const args = ["publish", "demo.chat.lobby", `{"text":"it's \\"$HOME\\" \`id\` 你好"}`, ""];
    const line = tidewireLine("http://127.0.0.1:8080", ...args);
    assert.deepEqual(pasted("npx", line), ["tidewire", ...args]);
    assert.match(line, /^npx tidewire publish demo\.chat\.lobby '/);
  });

  it("name the server only when it is not where everybody looks", () => {
    assert.equal(tidewireLine("http://127.0.0.1:8080", "channels"), "npx tidewire channels");
    assert.equal(tidewireLine("http://127.0.0.1:9000", "channels"), "npx tidewire channels --port 9000");
    const far = "https://push.example";
    assert.equal(tidewireLine(far, "channels"), `npx tidewire channels --url ${far}`);
    assert.equal(exampleLine("http://127.0.0.1:8080", "a/b.mjs"), "node examples/a/b.mjs");
    assert.equal(exampleLine(far, "a/b.mjs"), `node examples/a/b.mjs ${far}`);
  });
});
