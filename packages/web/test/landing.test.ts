import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { execPath, platform } from "node:process";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CHROMIUM, openBrowser, type TestBrowser } from "./support/browser.ts";
import { type ServerProcess, SOURCE_CLI } from "../../../conformance/support/server-process.ts";
import { servePages } from "./support/served-pages.ts";

/** Each demo that is presented, what its page shows when its command has pushed into it, and what lets a command end that would go on. */
const DEMOS = [
  ["Chat", "[data-testid=message] >> text=hello"],
  ["Notifications", "[data-testid=ada-tablet] >> text=Order 2051 is packed", "--count 1"],
  ["Ticker", "[data-feeder=stopped]", "--seconds 1"],
  [
    "Live comments",
    "[data-testid=comment]:not(:has-text('Sample')) >> text=First! >> nth=0",
    "--count 1 --port 0",
  ],
  ["Lock screen laboratory", "[data-testid=sdk-said] >> text=hello"],
  ["One account, one device", "[data-testid=first-reason] >> text=Please take a break"],
] as const;
const NO_SHELL = platform === "win32" ? "needs a POSIX shell" : false;

describe("the landing page", { skip: CHROMIUM.skip }, () => {
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

  it("shows what a backend pushes to its channel, as text", async () => {
    const page = await browser.open(`${server.url}/`);
    await page.getByText("Waiting for the first message").waitFor();
    const data = { text: "<img src=x onerror=alert(1)>" };
    await server.call("POST", "/api/channels/demo.landing/messages", { data });
    await page.getByTestId("arrival").getByText(data.text).waitFor();
    await server.call("POST", "/api/channels/demo.landing/messages", { data: { order: 118 } });
    await page.getByTestId("arrival").getByText('{"order":118}').waitFor();
    assert.equal(await page.locator(".arrival img").count(), 0);
    assert.deepEqual(browser.complaints(), []);
  });

  it("shows the command that does it, for this very server", async () => {
    const page = await browser.open(`${server.url}/`);
    const command = page.getByRole("region", { name: "Command", exact: true });
    const text = await command.textContent();
    assert.match(text ?? "", /^curl -X POST http/);
    assert.ok(text?.includes(`${server.url}/api/channels/demo.landing/messages`));
  });

  it("publishes from the page itself, to every page that is open", async () => {
    const [here, there] = [await browser.open(`${server.url}/`), await browser.open(`${server.url}/`)];
    await here.getByRole("textbox").fill("from a page");
    await here.keyboard.press("Enter");
    await here.getByTestId("arrival").getByText("from a page").waitFor();
    await there.getByTestId("arrival").getByText("from a page").waitFor();
    assert.equal(await here.getByText("this page", { exact: true }).count(), 1);
    assert.equal(await there.getByText("this page", { exact: true }).count(), 0);
  });

  for (const [demo, place, end = ""] of DEMOS) {
    it(`has a command that pushes into its demo: ${demo}`, { skip: NO_SHELL }, async () => {
      const page = await browser.open(`${server.url}/`);
      const card = page.getByTestId("demo").filter({ has: page.getByText(demo, { exact: true }) });
      const line = await card.getByRole("region", { name: `Push into: ${demo}` }).innerText();
      await card.getByRole("link").click();
      await page.locator("[data-state=live]").first().waitFor();
      const { status, stderr } = await paste(`${line} ${end}`);
      assert.deepEqual([status, stderr], [0, ""], line);
      await page.locator(place).waitFor();
      assert.deepEqual(browser.complaints(), []);
    });
  }

  /** Runs a line as a person does in a clone, where npm has put the command line's program. */
  async function paste(line: string): Promise<{ readonly status: unknown; readonly stderr: string }> {
    const tidewire = `npx() { shift; "${execPath}" --conditions=tidewire-source --import tsx "${SOURCE_CLI}" "$@"; }`;
    const shell = spawn("sh", ["-c", `${tidewire}\n${line}`], {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      env: { PATH: process.env["PATH"], TIDEWIRE_API_KEY: server.apiKey },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [stderr, [status]] = await Promise.all([text(shell.stderr), once(shell, "close")]);
    return { status, stderr };
  }

  it("leads to the chat and to the API's description", async () => {
    const page = await browser.open(`${server.url}/`);
    const links = await page
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const path of new Set(links)) {
      const response = await fetch(new URL(path ?? "", server.url));
      assert.equal(response.status, 200, `the link to ${path} is answered ${response.status}`);
      await response.body?.cancel();
    }
    assert.ok(links.includes("/demo/chat") && links.includes("/api/openapi.json"));
  });
});
