import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { text } from "node:stream/consumers";
import { after, afterEach, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { ServerProcess } from "../../../conformance/support/server-process.ts";
import { violations } from "./support/axe.ts";
import { CHROMIUM, openBrowser, PHONE, type TestBrowser } from "./support/browser.ts";
import { servePages } from "./support/served-pages.ts";

const FEEDER = fileURLToPath(new URL("../../../examples/ticker/feeder.mjs", import.meta.url));
const SYMBOLS = 50;
/** What must come, on however busy a machine. */
const PATIENT = { timeout: 60_000 };

/** Runs in a page: publishes what only a feeder should. */
const LIE = `new Tidewire(location.origin).publish("demo.ticker.feeder", {
  at: Date.now(), isRunning: true, prices: "http://127.0.0.1:9/prices", cpuSeconds: { tidewire: 1, feeder: 1 },
}, { key: "status" })`;

/** The number that a figure begins with; NaN where there is none. */
function figure(page: Page, name: string): Promise<number> {
  return page.getByTestId(name).evaluate(({ textContent }) => Number.parseFloat(textContent ?? ""));
}

/** Waits until a figure is at least, or at most, so much. */
async function figureIs(page: Page, name: string, [least, most]: readonly [number, number]): Promise<void> {
  await page.waitForFunction(
    ([id, low, high]) => {
      const shown = document.querySelector(`[data-testid="${id}"]`)?.textContent ?? "";
      const number = Number.parseFloat(shown.replaceAll(",", ""));
      return number >= low && number <= high;
    },
    [name, least, most] as const,
    PATIENT,
  );
}

/** Waits until so many symbols show another price than they do now. */
async function pricesMove(page: Page, count: number): Promise<void> {
  const shown = (): string[] =>
    [...document.querySelectorAll(`[data-testid="price"]`)].map(({ textContent }) => textContent ?? "");
  const before = await page.evaluate(shown);
  await page.waitForFunction(
    ([old, least]) =>
      [...document.querySelectorAll(`[data-testid="price"]`)].filter(
        ({ textContent }, index) => textContent !== old[index],
      ).length >= least,
    [before, count] as const,
    PATIENT,
  );
}

describe("the demo about prices", { skip: CHROMIUM.skip }, () => {
  let server: ServerProcess;
  let browser: TestBrowser;
  let feeder: ChildProcess | undefined;
  const pages: Page[] = [];
  before(async () => {
    server = await servePages();
    browser = await openBrowser();
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    // In peace, so that the next page finds no feeder that seems to run.
    if (feeder?.exitCode === null && feeder.kill("SIGTERM")) await once(feeder, "exit");
    feeder = undefined;
  });
  after(async () => {
    await browser.close();
    await server.stop();
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.open(`${server.url}/demo/ticker`, options);
    pages.push(page);
    await page
      .getByTestId("quote")
      .nth(SYMBOLS - 1)
      .waitFor();
    return page;
  }

  /** Starts the example's process, and waits until the page hears of it. */
  async function feed(page: Page, ...args: readonly string[]): Promise<{ output: Promise<string> }> {
    const env = { TIDEWIRE_API_KEY: server.apiKey };
    const child = spawn(execPath, [FEEDER, server.url, ...args], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    feeder = child;
    const output = text(child.stdout);
    await page.locator("[data-feeder=running]").waitFor(PATIENT);
    await page
      .getByTestId("quote")
      .nth(SYMBOLS - 1)
      .waitFor();
    return { output };
  }

  it("moves sample prices at once, says that they are, and shows the command that feeds real ones", async () => {
    const page = await open();
    await page.getByText("Sample prices").waitFor();
    await pricesMove(page, 3);
    const command = page.getByRole("region", { name: "Start the feeder" });
    assert.equal(await command.innerText(), `node examples/ticker/feeder.mjs ${server.url}`);
    assert.ok(await page.getByRole("radio", { name: "Poll, 1 s" }).isDisabled());
    assert.deepEqual(browser.complaints(), []);
  });

  it("shows what the example's process pushes, each move with a sign and a colour, red for up in Chinese", async () => {
    const page = await open();
    await feed(page);
    await pricesMove(page, SYMBOLS / 2);
    await figureIs(page, "push-requests", [1, 1]);
    await figureIs(page, "push-bytes", [0.1, Number.POSITIVE_INFINITY]);
    await figureIs(page, "push-cpu", [0, 400]);
    const colours = await page.evaluate(coloursOfMoves);
    assert.deepEqual(Object.keys(colours).toSorted(), ["▲", "▼"]);
    await page.getByRole("button", { name: "中文" }).click();
    await page.waitForFunction(() => document.documentElement.lang === "zh-Hans");
    const { "▲": up, "▼": down } = await page.evaluate(coloursOfMoves);
    assert.deepEqual([up, down], [colours["▼"], colours["▲"]]);
    assert.deepEqual(browser.complaints(), []);
  });

  it("polls with real requests, which are counted, and shows older prices than push does", async () => {
    const page = await open();
    await feed(page);
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    await page.getByRole("radio", { name: "Poll, 1 s" }).check();
    await figureIs(page, "poll1-requests", [3, Number.POSITIVE_INFINITY]);
    await figureIs(page, "poll1-bytes", [0.1, Number.POSITIVE_INFINITY]);
    await pricesMove(page, 3);
    assert.ok(urls.length >= 3 && urls.every((url) => /^http:\/\/127\.0\.0\.1:\d+\/prices$/.test(url)));
    await page.getByRole("radio", { name: "Push" }).check();
    await figureIs(page, "poll1-requests", [urls.length, urls.length]);

    // Between two polls the prices get five seconds older, so their average age is more than two, however fast the machine is. Pushed ones are
    // younger as soon as it keeps up.
    await page.getByRole("radio", { name: "Poll, 5 s" }).check();
    await figureIs(page, "poll5-requests", [3, Number.POSITIVE_INFINITY]);
    await figureIs(page, "poll5-stale", [2, Number.POSITIVE_INFINITY]);
    await page.getByRole("radio", { name: "Push" }).check();
    await figureIs(page, "push-stale", [0, 1.9]);
    assert.ok((await figure(page, "push-stale")) < (await figure(page, "poll5-stale")));
    assert.deepEqual(browser.complaints(), []);
  });

  it("ends with the last price of each symbol when the process stops, also at a low rate", async () => {
    const page = await open();
    const { output } = await feed(page, "--rate", "9");
    // By keyboard, to the left end: a price every five seconds.
    await page.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await page.getByText("0.2 a second").waitFor();
    await pricesMove(page, 3);
    feeder?.kill("SIGTERM");
    const [, json = ""] = /^(\{"last":.*\})$/m.exec(await output) ?? [];
    const last = Object.entries<{ price: number }>(JSON.parse(json).last);
    assert.equal(last.length, SYMBOLS);
    await page.locator("[data-feeder=stopped]").waitFor(PATIENT);
    await page.waitForFunction(
      (prices) =>
        prices.every(([symbol, price]) => {
          const row = document.querySelector(`[data-symbol="${symbol}"] [data-testid="price"]`);
          return Number(row?.textContent?.replaceAll(",", "")) === price;
        }),
      last.map(([symbol, { price }]) => [symbol, price] as const),
      PATIENT,
    );
    assert.deepEqual(browser.complaints(), []);
  });

  it("believes no page that says where to poll", async () => {
    const [page, other] = [await open(), await open()];
    await other.addScriptTag({ url: "/client.js" });
    await other.evaluate(LIE);
    await pricesMove(page, 3);
    assert.equal(await page.locator("[data-feeder=none]").count(), 1);
  });

  it("works by keyboard on a phone in Chinese, without motion, with nothing that axe complains of", async () => {
    const page = await open({ ...PHONE, locale: "zh-CN", colorScheme: "dark", reducedMotion: "reduce" });
    await feed(page);
    await pricesMove(page, 3);
    await page.getByRole("radio", { name: "推送" }).focus();
    await page.keyboard.press("ArrowRight");
    await figureIs(page, "poll1-requests", [1, Number.POSITIVE_INFINITY]);
    const flashes = await page.evaluate(
      () => document.getAnimations().filter((each) => each instanceof CSSAnimation).length,
    );
    assert.equal(flashes, 0);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(browser.complaints(), []);
  });
});

/** Runs in the page: the colour that each sign has. */
function coloursOfMoves(): Record<string, string> {
  const signs = [...document.querySelectorAll(".quote-sign")].filter(({ textContent }) => textContent !== "");
  return Object.fromEntries(signs.map((sign) => [sign.textContent, getComputedStyle(sign).color]));
}
