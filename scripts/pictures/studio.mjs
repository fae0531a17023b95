import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { PROGRAMS, locateProgram } from "../lib/programs.mjs";
import { ROOT } from "../lib/root.mjs";
import { Failure } from "../lib/run.mjs";

const SHARPNESS = 1.5;

/**
 * With no desktop installed, Linux answers `system-ui` with the one face that has every letter and no grace. Where a better one
 * is there, the pictures use it, as a person's own system would.
 */
const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>${[
  "sans",
  "sans-serif",
  "DejaVu Sans",
]
  .map(
    (family) => `<match target="pattern"><test name="family" qual="first"><string>${family}</string></test>
      <edit name="family" mode="prepend_first" binding="strong"><string>Noto Sans CJK SC</string></edit></match>`,
  )
  .join("")}</fontconfig>`;

/** Where a picture is taken: a server that has seen nobody yet, and a browser. */
export class Studio {
  /** The key of the server's API. */
  apiKey = "a-key-for-the-pictures-only";
  /** The server's address. */
  url = "";
  #folder = mkdtempSync(join(tmpdir(), "tidewire-pictures-"));
  #screen;
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #server;
  /** @type {import("playwright-core").Browser | undefined} */
  #browser;

  /** @type {import("node:child_process").ChildProcess[]} */
  #examples = [];

  /** @param {{ width: number, height: number }} screen */
  constructor(screen) {
    this.#screen = screen;
  }

  /** @param {{ width: number, height: number }} screen in CSS pixels */
  static async open(screen) {
    const studio = new Studio(screen);
    try {
      await studio.#startServer();
      await studio.#startBrowser();
      return studio;
    } catch (error) {
      await studio.close();
      throw error;
    }
  }

  /**
   * Opens a page in a profile of its own, and waits until it is live.
   *
   * @param {string} path
   * @param {Record<string, string>} [remembered] what the profile has in its local storage
   */
  async visit(path, remembered = {}) {
    const localStorage = Object.entries(remembered).map(([name, value]) => ({ name, value }));
    const context = await this.#browser?.newContext({
      viewport: this.#screen,
      deviceScaleFactor: SHARPNESS,
      locale: "en-GB",
      storageState: { cookies: [], origins: [{ origin: this.url, localStorage }] },
    });
    if (context === undefined) throw new Failure("The browser is closed.");
    const page = await context.newPage();
    await page.goto(this.url + path);
    await page.locator("[data-state=live]").first().waitFor();
    return page;
  }

  /**
   * Posts to the API.
   *
   * @param {string} path
   * @param {object} body
   */
  async post(path, body) {
    const response = await fetch(this.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${this.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Failure(`The server refused a call: ${await response.text()}`);
  }

  /**
   * Runs a program of `examples/` against the server until it ends.
   *
   * @param {string} program
   * @param {readonly string[]} args
   */
  async runExample(program, ...args) {
    const [code] = await once(this.startExample(program, ...args), "exit");
    if (code !== 0) throw new Failure(`examples/${program} failed.`);
  }

  /**
   * Starts a program of `examples/` against the server. It ends with the studio, or before by itself.
   *
   * @param {string} program
   * @param {readonly string[]} args
   */
  startExample(program, ...args) {
    const file = join(ROOT, "examples", program);
    const env = { ...process.env, TIDEWIRE_API_KEY: this.apiKey };
    const child = spawn(process.execPath, [file, this.url, ...args], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    this.#examples.push(child);
    return child;
  }

  async close() {
    await this.#browser?.close();
    for (const child of this.#examples) {
      if (child.exitCode === null && child.kill()) await once(child, "exit");
    }
    if (this.#server?.kill() === true) await once(this.#server, "exit");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #startServer() {
    const program = join(ROOT, "packages", "server", "dist", "cli", "main.js");
    const data = join(this.#folder, "data");
    const args = [program, "serve", "--port", "0", "--engine", "memory", "--data", data];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, TIDEWIRE_API_KEY: this.apiKey },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#server = child;
    for await (const line of createInterface(child.stdout)) {
      const url = /^listening on (\S+)/.exec(line)?.[1];
      if (url === undefined) continue;
      child.stdout.resume();
      this.url = url;
      return;
    }
    throw new Failure("The server ended before it listened.");
  }

  async #startBrowser() {
    const need = PROGRAMS.find(({ finder }) => finder === "findChromium");
    const executablePath = need === undefined ? undefined : locateProgram(need);
    if (executablePath === undefined) throw new Failure(`The pictures need Chromium: ${need?.howTo}`);
    const fonts = join(this.#folder, "fonts.conf");
    writeFileSync(fonts, FONTS);
    this.#browser = await chromium.launch({
      executablePath,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
      ],
      env: { ...process.env, HOME: this.#folder, FONTCONFIG_FILE: fonts },
    });
  }
}
