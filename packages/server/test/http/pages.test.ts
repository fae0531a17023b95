import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { pageHeaders } from "../../src/http/page-headers.ts";
import type { Answer } from "../support/api-client.ts";
import { startHttp } from "../support/http-server.ts";

const FILES = {
  "index.html": "<!doctype html><title>landing</title>",
  "demo/chat/index.html": "<!doctype html><title>chat</title>",
  "demo/ticker/index.html": "<!doctype html><title>ticker</title>",
  "client.js": "globalThis.Tidewire = class {};",
  "client/persistence.js": "export {};",
  "mark.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "assets/chat-abc123.js": "export {};",
  ".secret": "x",
} as const;

/** Starts a server over a folder of built pages, which lies in a folder with something that must not be served. */
async function startPages(context: TestContext, demos = true) {
  const folder = await mkdtemp(join(tmpdir(), "tidewire-pages-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "outside.txt"), "not for you");
  const publicDir = join(folder, "public");
  for (const [name, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(publicDir, name)), { recursive: true });
    await writeFile(join(publicDir, name), content);
  }
  const { api, origin } = await startHttp(context, { ports: { publicDir, demos } });
  const get = (path: string, headers = {}): Promise<Answer> => api.call("GET", path, { key: null, headers });
  return { get, host: new URL(origin).host };
}

describe("pages", () => {
  test("the landing page and the demos are served without a key, with and without a slash", async (context) => {
    const { get } = await startPages(context);
    for (const [path, title] of [
      ["/", "landing"],
      ["/?lang=de", "landing"],
      ["/demo/chat", "chat"],
      ["/demo/chat/", "chat"],
      ["/demo/chat?room=x", "chat"],
    ] as const) {
      const { status, headers, text } = await get(path);
      assert.deepEqual([status, headers.get("content-type")], [200, "text/html; charset=utf-8"], path);
      assert.ok(text.includes(title), path);
    }
  });

  test("a page may load its own scripts and talk to its own server, and nothing else", async (context) => {
    const { get, host } = await startPages(context);
    const { headers } = await get("/demo/chat");
    const policy = headers.get("content-security-policy") ?? "";
    const directives = new Map(policy.split("; ").map((one) => [one.split(" ", 1)[0], one]));
    assert.equal(directives.get("default-src"), "default-src 'none'");
    assert.equal(directives.get("script-src"), "script-src 'self'");
    assert.equal(directives.get("style-src"), "style-src 'self'");
    assert.equal(directives.get("connect-src"), `connect-src 'self' ws://${host} wss://${host}`);
    assert.equal(directives.get("frame-ancestors"), "frame-ancestors 'none'");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("referrer-policy"), "same-origin");
    assert.equal(headers.get("cache-control"), "no-cache");
  });

  test("the page that compares push with polling may ask programs of its own machine, where the server runs there", async (context) => {
    const { get, host } = await startPages(context);
    const own = `connect-src 'self' ws://${host} wss://${host}`;
    for (const [path, directive] of [
      ["/demo/ticker", `${own} http://127.0.0.1:*`],
      ["/demo/ticker/", `${own} http://127.0.0.1:*`],
      ["/demo/chat", own],
    ] as const) {
      const { headers } = await get(path);
      assert.ok(headers.get("content-security-policy")?.includes(`${directive};`), path);
    }
    for (const elsewhere of ["push.example", "10.0.0.7:8080", "127.0.0.1.example:80", undefined]) {
      const policy = pageHeaders(elsewhere, { localPrograms: true })["content-security-policy"];
      assert.doesNotMatch(policy ?? "", /http:/, elsewhere);
    }
  });

  test("an asset is cached for ever, a page is asked for again and costs nothing if it is the same", async (context) => {
    const { get, host } = await startPages(context);
    const asset = await get("/assets/chat-abc123.js");
    assert.equal(asset.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.match(asset.headers.get("content-type") ?? "", /javascript/);
    const etag = (await get("/")).headers.get("etag") ?? "";
    // Not by fetch: it asks caches on the way to be left out, and so gets a full answer.
    const again = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "if-none-match": etag };
      request(`http://${host}/`, { headers }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end();
    });
    assert.equal(again, 304);
  });

  test("the SDK's script and its parts may be loaded by pages of any origin", async (context) => {
    const { get } = await startPages(context);
    for (const path of ["/client.js", "/client/persistence.js"]) {
      const { status, headers } = await get(path, { origin: "https://example.com" });
      assert.deepEqual([status, headers.get("access-control-allow-origin")], [200, "*"]);
      assert.equal(headers.get("cross-origin-resource-policy"), "cross-origin");
      assert.match(headers.get("cache-control") ?? "", /max-age=\d+$/);
      assert.ok(headers.get("etag"));
    }
    assert.equal((await get("/client/missing.js")).status, 404);
  });

  test("the files beside the pages are served by name", async (context) => {
    const { get } = await startPages(context);
    const { status, headers } = await get("/mark.svg");
    assert.deepEqual([status, headers.get("content-type")], [200, "image/svg+xml"]);
  });

  test("nothing outside of the folder, hidden or made up is served", async (context) => {
    const { get } = await startPages(context);
    for (const path of [
      "/..%2foutside.txt",
      "/assets/..%2f..%2foutside.txt",
      "/assets/%2e%2e/%2e%2e/outside.txt",
      "/assets/..%5c..%5coutside.txt",
      "/assets/%00",
      "/assets/",
      "/assets",
      "/.secret",
      "/%2esecret",
      "/demo/..%2f..%2foutside.txt",
      "/demo/nothing",
      "/demo/",
      "/nothing.js",
      "/index.html%00.js",
    ]) {
      const { status, headers, text } = await get(path);
      assert.ok(status === 404 || status === 400, `${path} is answered ${status}`);
      assert.equal(
        headers.get("cache-control"),
        "no-store",
        `${path}: what is not there now may be there soon`,
      );
      assert.ok(!text.includes("not for you") && text.includes('"error"'), `${path}: ${text}`);
    }
  });

  test("without the demos there is no demo page", async (context) => {
    const { get } = await startPages(context, false);
    assert.equal((await get("/demo/chat")).status, 404);
    assert.equal((await get("/")).status, 200);
  });

  test("where the pages are not built, that is what the page says", async (context) => {
    const { api } = await startHttp(context);
    for (const path of ["/", "/demo/chat"]) {
      const { status, headers, text } = await api.call("GET", path, { key: null });
      assert.deepEqual([status, headers.get("content-type")], [503, "text/plain; charset=utf-8"]);
      assert.match(text, /npm run build/);
    }
    assert.equal((await api.call("GET", "/client.js", { key: null })).status, 404);
  });
});
