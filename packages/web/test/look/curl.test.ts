import assert from "node:assert/strict";
import { platform } from "node:process";
import { describe, it } from "node:test";
import { curlLine } from "../../src/look/curl.ts";
import { pasted } from "../support/pasted.ts";

describe("the curl line", { skip: platform === "win32" ? "needs a POSIX shell" : false }, () => {
  it("posts to the channel with the key from the environment", () => {
    assert.deepEqual(pasted("curl", curlLine("http://127.0.0.1:8080", "demo.landing", "hello")), [
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
    assert.equal(pasted("curl", curlLine("http://h", "c", text)).at(-1), JSON.stringify({ data: { text } }));
  });

  it("keeps a channel's separators out of the path", () => {
    assert.equal(
      pasted("curl", curlLine("http://h", "a/b:c", ""))[2],
      "http://h/api/channels/a%2Fb%3Ac/messages",
    );
  });
});
