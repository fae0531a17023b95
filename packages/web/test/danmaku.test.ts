import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { execPath } from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { parse } from "yaml";
import { type ServerProcess, startServerProcess } from "../../../conformance/support/server-process.ts";
import { freePort } from "../../server/test/support/free-port.ts";
import { violations } from "./support/axe.ts";
import { CHROMIUM, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import { servePages } from "./support/served-pages.ts";

const EXAMPLE = new URL("../../../examples/danmaku/", import.meta.url);
/** What people start the server with for the word filter, which is asked on this port in it. */
const CONFIGURATION = readFileSync(new URL("tidewire.yaml", EXAMPLE), "utf8");
const FILTER_PORT = "8411";

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your comment").fill(text);
  await page.keyboard.press("Enter");
}

function listed(page: Page, text: string) {
  return page.getByTestId("comment").filter({ has: page.getByText(text, { exact: true }) });
}

/** Waits until a figure is at least this. */
async function figureReaches(page: Page, name: string, least: number): Promise<void> {
  await page.waitForFunction(
    ([id, number]) =>
      Number(document.querySelector(`[data-testid=${id}]`)?.getAttribute("data-value")) >= number,
    [name, least] as const,
  );
}

describe("the demo about live comments", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  before(async () => {
    server = await servePages();
    browser = await openBrowser();
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  function open(hash = "", options = {}): Promise<Page> {
    return browser.open(`${server.url}/demo/danmaku${hash}`, options);
  }

  it("is usable at once: samples are there, and a comment is seen on another page, in its colour and as text", async () => {
    const [here, there] = [await open(), await open()];
    await here.locator("[data-rank=sample]").first().waitFor();
    await here.getByRole("radio", { name: "Coral" }).check();
    await write(here, "<b>hello</b>");
    await listed(here, "<b>hello</b>").and(here.locator("[data-rank=own]")).waitFor();
    const row = listed(there, "<b>hello</b>");
    await row.and(there.locator("[data-rank=plain]")).waitFor();
    assert.equal(await row.locator("[data-colour=coral]").count(), 1);
    assert.equal(await here.getByLabel("Your comment").inputValue(), "");
    await figureReaches(here, "frames", 1);
    assert.deepEqual(browser.complaints(), []);
  });

  it("keeps a comment that comes too soon, counts down as long as the server said, and then sends it", async () => {
    const page = await open();
    await write(page, "one");
    await listed(page, "one").waitFor();
    await write(page, "two");
    await page.getByTestId("cooldown").waitFor();
    assert.match(await page.getByTestId("cooldown").innerText(), /^[0-3]\.\d s$/);
    assert.equal(await page.getByRole("button", { name: / s$/ }).isDisabled(), true);
    await page.getByTestId("note").getByText("Now it can be sent.").waitFor();
    assert.equal(await listed(page, "two").count(), 0);
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await listed(page, "two").waitFor();
    assert.deepEqual(browser.complaints(), []);
  });

  it("shows what was written before whoever enters came, and each room its own", async () => {
    await server.call("POST", "/api/channels/demo.danmaku.city/messages", {
      data: { text: "before you came" },
    });
    const page = await open("#city");
    await listed(page, "before you came").waitFor();
    assert.equal(await page.locator("[data-rank=sample]").count(), 0);
    await page.getByRole("radio", { name: "Aurora" }).check();
    await page.locator("[data-rank=sample]").first().waitFor();
    assert.equal(await listed(page, "before you came").count(), 0);
    assert.equal(new URL(page.url()).hash, "#aurora");
  });

  it("believes gifts of the backend, and of nobody else", async () => {
    const page = await open();
    const path = "/api/channels/demo.danmaku.harbour/messages";
    await server.call("POST", path, { data: { kind: "gift", text: "a real gift" }, priority: "high" });
    await listed(page, "a real gift").and(page.locator("[data-rank=gift]")).waitFor();
    const forged = new URL("/connect?user=eve", server.url.replace("http", "ws"));
    await page.evaluate((address) => {
      const socket = new WebSocket(address);
      const data = { kind: "gift", text: "a forged gift" };
      socket.onopen = () =>
        socket.send(JSON.stringify({ type: "publish", id: 1, channel: "demo.danmaku.harbour", data }));
    }, forged.href);
    await listed(page, "a forged gift").and(page.locator("[data-rank=plain]")).waitFor();
  });

  it("shows the commands for what needs the backend", async () => {
    const page = await open();
    const command = page.getByRole("region", { name: "Start the backend" });
    assert.equal(await command.innerText(), `node examples/danmaku/backend.mjs ${server.url}`);
    const filter = page.getByRole("region", { name: "Start the server with the word filter" });
    assert.equal(await filter.innerText(), "npm start -- --config examples/danmaku/tidewire.yaml");
  });

  it("draws no frame while it is paused, and goes on where it stood", async () => {
    const page = await open();
    await figureReaches(page, "frames", 1);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("[data-testid=frames][data-value='0']").waitFor();
    await page.getByRole("button", { name: "Play" }).click();
    await figureReaches(page, "frames", 1);
  });

  it("moves nothing where motion is unwanted: comments are in the list alone", async () => {
    const page = await open("", { reducedMotion: "reduce" });
    await write(page, "read me");
    await listed(page, "read me").waitFor();
    assert.equal(await page.getByRole("button", { name: "Pause" }).count(), 0);
    assert.equal(await page.getByTestId("frames").getAttribute("data-value"), "0");
    assert.deepEqual(await violations(page), []);
  });

  it("works by keyboard on a phone in Chinese, with nothing that axe complains of", async () => {
    const page = await open("", { ...PHONE, locale: "zh-CN", colorScheme: "dark" });
    await page.getByRole("radio", { name: "港湾" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("img", { name: "城市夜景" }).waitFor();
    await page.getByLabel("你的弹幕").focus();
    await page.keyboard.type("来自键盘");
    await page.keyboard.press("Enter");
    await listed(page, "来自键盘").waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(browser.complaints(), []);
  });
});

describe("the demo about live comments with its backend", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  let backend: ChildProcess;
  before(async () => {
    const port = String(await freePort());
    const settings: unknown = parse(CONFIGURATION.replace(FILTER_PORT, port));
    server = await startServerProcess({ settings: Object(settings) });
    browser = await openBrowser();
    const flags = ["--conditions=tidewire-source", "--import", import.meta.resolve("tsx")];
    const program = fileURLToPath(new URL("backend.mjs", EXAMPLE));
    const load = ["--pause", "300", "--viewers", "20", "--rate", "200", "--seconds", "60"];
    backend = spawn(execPath, [...flags, program, server.url, "--port", port, ...load], {
      env: { TIDEWIRE_API_KEY: server.apiKey },
      stdio: ["ignore", "ignore", "inherit"],
    });
  });
  after(async () => {
    await browser.close();
    const ended = once(backend, "exit");
    if (backend.kill()) await ended;
    await server.stop();
  });

  it("shows the stream of comments and gifts, and what the word filter made of one's own", async () => {
    const [here, there] = [
      await browser.open(`${server.url}/demo/danmaku`),
      await browser.open(`${server.url}/demo/danmaku`),
    ];
    await here.locator("[data-testid=filter][data-on=true]").waitFor();
    await here.locator("[data-rank=gift]").first().waitFor();
    await write(here, "damn, no spoilers");
    await listed(there, "****, no ********").waitFor();
    await here.locator("[data-testid=note][data-kind=filtered]").waitFor();
    assert.deepEqual(browser.complaints(), []);
  });

  it("tells why the backend refused a comment, and keeps it", async () => {
    const page = await browser.open(`${server.url}/demo/danmaku#city`);
    await page.locator("[data-testid=filter][data-on=true]").waitFor();
    await write(page, "see https://example.com");
    await page.getByTestId("note").getByText("No links here, please.").waitFor();
    assert.equal(await page.getByLabel("Your comment").inputValue(), "see https://example.com");
  });

  it("leaves comments out when a crowd comes, says how many, and goes on drawing", async () => {
    const page = await browser.open(`${server.url}/demo/danmaku#aurora`);
    await page.getByRole("button", { name: "Send in the crowd" }).click();
    await page.locator("[data-testid=crowd][data-viewers='20']").waitFor();
    await figureReaches(page, "dropped", 100);
    const dropped = Number(await page.getByTestId("dropped").getAttribute("data-value"));
    await figureReaches(page, "dropped", dropped + 50);
    await figureReaches(page, "frames", 1);
    await page.getByText("21 watching").waitFor();
    await write(page, "mine comes all the same");
    await listed(page, "mine comes all the same").waitFor();
    await page.getByRole("button", { name: "Send them home" }).click();
    await page.getByText("The backend is ready.").waitFor();
    assert.deepEqual(browser.complaints(), []);
  });
});
