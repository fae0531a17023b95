import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { run as runProgram } from "../../packages/server/test/support/run-program.ts";
import { CHROMIUM, openBrowser, type TestBrowser } from "../../packages/web/test/support/browser.ts";
import { findPhp } from "../../test/support/programs.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const php = findPhp();
const run = promisify(execFile);

/** The examples of the README in one language, in their order. */
function examples(language: string): readonly string[] {
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].flatMap(
    ([, text]) => text ?? [],
  );
}

describe("the README's examples", () => {
  let server: ServerProcess;

  before(async () => {
    server = await startServerProcess();
  });

  after(async () => {
    await server?.stop();
  });

  /** An example with the address of this test's server. */
  function here(example: string): string {
    return example.replaceAll("127.0.0.1:8080", `127.0.0.1:${server.port}`);
  }

  it("the curl command is understood and answered with a position", async () => {
    const command = examples("sh").find((text) => text.startsWith("curl"));
    assert.ok(command !== undefined, "the README shows a curl command");
    const url = /curl (\S+)/.exec(here(command))?.[1] ?? "";
    const body = /-d '(.*)'/.exec(command)?.[1] ?? "";
    const type = /-H "Content-Type: ([^"]+)"/.exec(command)?.[1] ?? "";
    assert.match(command, /-H "Authorization: Bearer \$\(cat data\/api-key\)"/);
    const headers = { authorization: `Bearer ${server.apiKey}`, "content-type": type };
    const answer = await fetch(url, { method: "POST", headers, body });
    assert.equal(answer.status, 201, await answer.clone().text());
    assert.match(await answer.text(), /"channel":"demo\.chat\.lobby".*"offset":1/);
  });

  it("the lines of the command line are commands that work", async () => {
    const lines =
      examples("sh")
        .find((text) => text.startsWith("npx tidewire"))
        ?.trim()
        .split("\n") ?? [];
    assert.equal(lines.length, 3);
    const env = { TIDEWIRE_URL: `http://127.0.0.1:${server.port}`, TIDEWIRE_API_KEY: server.apiKey };
    for (const line of lines) {
      const words = line.replace(/\s+#.*/, "").match(/'[^']*'|\S+/g) ?? [];
      const [, , ...args] = words.map((word) => word.replaceAll("'", ""));
      const { complaints } = await runProgram(args, env);
      assert.deepEqual(complaints, [], line);
    }
  });

  it("the PHP lines push a message and print the answer", { skip: php.skip }, async () => {
    const [example] = examples("php");
    assert.ok(example !== undefined, "the README shows PHP");
    const code = here(example).replace('"127.0.0.1", 8080', `"127.0.0.1", ${server.port}`);
    const env = { ...process.env, TIDEWIRE_API_KEY: server.apiKey };
    const { stdout } = await run(php.path, ["-r", code], { env });
    assert.match(stdout, /^\{"ok":true,"channel":"news","epoch":"[^"]+","offset":\d+/);
  });

  describe("the pages", { skip: CHROMIUM.skip }, () => {
    let browser: TestBrowser;

    before(async () => {
      browser = await openBrowser();
    });

    after(async () => {
      await browser?.close();
    });

    for (const [index, what] of ["a plain WebSocket", "the SDK"].entries()) {
      it(`the page with ${what} receives what is pushed`, async () => {
        const example = examples("html")[index];
        assert.ok(example !== undefined, `the README shows a page with ${what}`);
        const page = createServer((_request, response) => {
          response.setHeader("content-type", "text/html");
          response.end(`<!doctype html><title>example</title><body>${here(example)}`);
        });
        await new Promise<void>((resolve) => {
          page.listen(0, "127.0.0.1", resolve);
        });
        try {
          const opened = await browser.openForeign(`http://127.0.0.1:${portOf(page.address())}/`);
          try {
            await subscribers(server, 1);
            const answer = await fetch(`${server.url}/api/channels/news/messages`, {
              method: "POST",
              headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" },
              body: JSON.stringify({ data: { text: `for ${what}` } }),
            });
            assert.equal(answer.status, 201);
            assert.match(await opened.logged(`for ${what}`), /for/);
          } finally {
            await opened.close();
          }
          await subscribers(server, 0);
        } finally {
          page.close();
        }
      });
    }
  });
});

function portOf(address: AddressInfo | string | null): number {
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

/** Waits until the channel `news` has so many subscribers. */
async function subscribers(server: ServerProcess, count: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${server.url}/api/channels/news`, {
      headers: { authorization: `Bearer ${server.apiKey}` },
    });
    if ((await answer.text()).includes(`"subscribers":${count}`)) return;
  }
}
