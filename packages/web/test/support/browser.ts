import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../../../test/support/programs.ts";

/** Chromium, or why these tests are skipped. */
export const CHROMIUM = findChromium();

/** Keeps Chromium from asking anything of the network, and lets it run as root. */
export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with a profile of its own. */
export interface TestBrowser {
  /** Opens the first window of a new profile, which shares nothing with the others, and waits until it is live. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens any page and gives what it logs, whose next line `logged` waits for. */
  openForeign(url: string): Promise<ForeignPage>;
  /** What the pages complained about since the last call: errors, warnings, violations of the policy. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

/** A page that is not ours: nothing is expected of it but its log. */
interface ForeignPage {
  /** Resolves with the first logged line that holds this text, logged already or not. */
  logged(text: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts Chromium, with a home of its own that goes when it is closed; `more` are further flags. */
export async function startChromium(more: readonly string[] = []): Promise<Browser> {
  // Chromium writes crash reports and caches below HOME, which need not exist where tests run.
  const home = mkdtempSync(join(tmpdir(), "tidewire-chromium-"));
  const clear = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  try {
    const browser = await chromium.launch({
      executablePath: CHROMIUM.path,
      args: [...FLAGS, ...more],
      env: { ...process.env, HOME: home },
    });
    return browser.on("disconnected", clear);
  } catch (error) {
    clear();
    throw error;
  }
}

/** Starts Chromium for the product's pages. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await startChromium();
  let complaints: string[] = [];
  return {
    async open(url, options = {}) {
      const context = await browser.newContext({ locale: "en-GB", viewport: DESKTOP, ...options });
      context.on("page", (page) => {
        page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
        page.on("console", (message) => {
          if (["error", "warning"].includes(message.type()))
            complaints.push(`${page.url()}: ${message.text()}`);
        });
      });
      const page = await context.newPage();
      const response = await page.goto(url);
      assert.equal(response?.status(), 200, `${url} was answered ${response?.status()}`);
      await page.locator("[data-state=live]").first().waitFor();
      return page;
    },
    async openForeign(url) {
      const page = await browser.newPage();
      const lines: string[] = [];
      // Told when a line is complete, not when the browser reports it: its values come one round trip later.
      const logging = new EventEmitter();
      page.on("console", (message) => {
        // Objects are logged by reference; their text is what a reader of the console sees.
        void Promise.all(message.args().map((value) => value.jsonValue())).then((values) => {
          lines.push(values.map((value) => JSON.stringify(value)).join(" "));
          logging.emit("line");
        });
      });
      await page.goto(url);
      return {
        async logged(text) {
          for (;;) {
            const line = lines.find((one) => one.includes(text));
            if (line !== undefined) return line;
            await once(logging, "line", { signal: AbortSignal.timeout(30_000) });
          }
        },
        close: () => page.close(),
      };
    },
    complaints() {
      const heard = complaints;
      complaints = [];
      return heard;
    },
    async close() {
      await browser.close();
    },
  };
}

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
