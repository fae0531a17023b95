import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { platform } from "node:process";
import { describe, it } from "node:test";
import { curlLine } from "../../src/look/curl.ts";

/** What a POSIX shell hands to `curl` when this line is pasted into it. */
function pasted(line: string): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}`;
  const output = execFileSync("sh", ["-c", script], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TIDEWIRE_API_KEY: "k1" },
  });
  return output.split("\0").slice(0, -1);
}

describe("the curl line", { skip: platform === "win32" ? "needs a POSIX shell" : false }, () => {
  it("posts to the channel with the key from the environment", () => {
    assert.deepEqual(pasted(curlLine("http://127.0.0.1:8080", "demo.landing", "hello")), [
      "-X",
      "POST",
      "http://127.0.0.1:8080/api/channels/demo.landing/messages",
      "-H",
      "Authorization: Bearer k1",
      "-H",
      "Content-Type: application/json",
      "-d",
      '{"data":{"text":"hello"}}',
    ]);
  });

  it("survives quotes, dollars and backquotes in the text", () => {
    const text = 'it\'s "$HOME" and `id` \\ 你好';
    assert.equal(pasted(curlLine("http://h", "c", text)).at(-1), JSON.stringify({ data: { text } }));
  });

  it("keeps a channel's separators out of the path", () => {
    assert.equal(pasted(curlLine("http://h", "a/b:c", ""))[2], "http://h/api/channels/a%2Fb%3Ac/messages");
  });
});
