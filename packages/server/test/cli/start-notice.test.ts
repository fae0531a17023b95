import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { startNotice } from "../../src/cli/start-notice.ts";

const GENERATED = {
  url: "http://127.0.0.1:8080",
  apiKey: { key: "tw_s3cr3t", file: "/srv/my data/api-key" },
};
const CONFIGURED = { ...GENERATED, apiKey: { key: "tw_s3cr3t", file: null } };
const TERMINAL = { isInteractive: true, demos: true, isOpen: true };
const PIPE = { ...TERMINAL, isInteractive: false };

/** The words of the curl line as a shell would pass them on. */
function wordsOf(lines: readonly string[]): readonly string[] {
  const curl = lines.find((line) => line.trimStart().startsWith("curl ")) ?? "";
  const shell = `${curl.replace("curl", "printf '%s\\n'")}`;
  return spawnSync("sh", ["-c", shell], {
    encoding: "utf8",
    env: { TIDEWIRE_API_KEY: "from-the-variable" },
  }).stdout.split("\n");
}

describe("the start notice", () => {
  it("begins with the line that programs wait for", () => {
    for (const options of [TERMINAL, PIPE]) {
      assert.match(startNotice(GENERATED, options)[0] ?? "", /^listening on http:\/\/127\.0\.0\.1:8080( |$)/);
    }
  });

  it("tells a person where everything is, and the key that was made", () => {
    const text = startNotice(GENERATED, TERMINAL).join("\n");
    for (const expected of [
      " http://127.0.0.1:8080/\n",
      "/demo/chat  ",
      "/demo/lockscreen  ",
      "/demo/kick  ",
      "/demo/notify  ",
      "/demo/ticker  ",
      "/demo/danmaku\n",
      "/api\n",
      "tw_s3cr3t  (kept in /srv/my data/api-key)",
      "everybody",
    ]) {
      assert.ok(text.includes(expected), `${expected} is not in\n${text}`);
    }
  });

  it("names the file to everybody else, and never prints the key", () => {
    const lines = startNotice(GENERATED, PIPE);
    assert.ok(lines[0]?.includes("/srv/my data/api-key"), lines[0]);
    assert.ok(!lines.join("\n").includes("tw_s3cr3t"));
  });

  it("never prints a key that was configured", () => {
    for (const options of [TERMINAL, PIPE]) {
      assert.ok(!startNotice(CONFIGURED, options).join("\n").includes("tw_s3cr3t"));
    }
  });

  it("leaves out the demo when there is none, and the warning when clients are known", () => {
    const text = startNotice(GENERATED, { isInteractive: true, demos: false, isOpen: false }).join("\n");
    assert.doesNotMatch(text, /\/demo\/chat\n|everybody/);
  });

  it("has a curl line that a shell takes apart as meant", {
    skip: process.platform === "win32" && "there is no sh",
  }, () => {
    const words = wordsOf(startNotice(GENERATED, TERMINAL));
    assert.ok(words.includes("Authorization: Bearer tw_s3cr3t"), words.join("\n"));
    assert.ok(words.includes("http://127.0.0.1:8080/api/channels/demo.chat.lobby/messages"));
    assert.deepEqual(JSON.parse(words.at(-2) ?? ""), { data: { text: "hello from curl" } });
    assert.ok(wordsOf(startNotice(CONFIGURED, PIPE)).includes("Authorization: Bearer from-the-variable"));
  });
});
