import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { CHROMIUM, FLAGS } from "../../../packages/web/test/support/browser.ts";

/**
 * A Chromium whose tabs go into the background, and into the page cache, as those of people do.
 *
 * Playwright keeps every page it opens in focus, and starts browsers without a page cache. This one is started by hand; Playwright
 * only drives it.
 */
export class OwnChromium {
  readonly context: BrowserContext;
  readonly #browser: Browser;
  readonly #process: ChildProcess;
  readonly #profile: string;

  private constructor(browser: Browser, context: BrowserContext, process: ChildProcess, profile: string) {
    this.#browser = browser;
    this.context = context;
    this.#process = process;
    this.#profile = profile;
  }

  static async start(): Promise<OwnChromium> {
    const profile = await mkdtemp(join(tmpdir(), "tidewire-chromium-"));
    const flags = [...FLAGS, "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
    const child = spawn(CHROMIUM.path, flags, {
      env: { ...process.env, HOME: profile },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const browser = await chromium.connectOverCDP(await debuggingUrl(child), { noDefaults: true });
    const [context] = browser.contexts();
    if (context === undefined) throw new Error("a browser has a default context");
    return new OwnChromium(browser, context, child, profile);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    const exited = once(this.#process, "exit");
    this.#process.kill();
    if (this.#process.exitCode === null && this.#process.signalCode === null) await exited;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function debuggingUrl(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error("Chromium has no standard error");
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    return url;
  }
  throw new Error("Chromium ended before it listened");
}
