// Takes the pictures of the README from the running product: `node scripts/pictures.mjs`. Needs Chromium.
import "./lib/node-version.mjs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { build } from "./build.mjs";
import { PROGRAMS, locateProgram } from "./lib/programs.mjs";
import { ROOT } from "./lib/root.mjs";
import { Failure, main } from "./lib/run.mjs";

const PICTURES = join(ROOT, "docs", "pictures");
const API_KEY = "a-key-for-the-pictures-only";
const SCREEN = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 };

/** Who talks. The last one is whose screen is taken. */
const PEOPLE = {
  ada: ["Ada", "reef1"],
  mei: ["Mei 小美", "gull7"],
  kofi: ["Kofi", "amber"],
  noa: ["Noa", "tide"],
};

/** What is said, in order: by a person, or by the backend. @type {readonly (readonly [string, unknown])[]} */
const TALK = [
  ["ada", "Morning! Did last night's import finish?"],
  ["mei", "Yes, at 03:12. I watched it from bed 😄"],
  [
    "mei",
    "My phone was locked for an hour. When I unlocked it, everything I had missed was there, in order.",
  ],
  ["backend", { text: "Deploy 418 is live." }],
  ["backend", { build: 418, status: "passed", seconds: 73 }],
  ["noa", "There it is. That came straight from the build script?"],
  ["kofi", "One curl line. 谢谢！"],
  ["mei", "@Noa lunch at one?"],
];

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

await main(async () => {
  await build();
  const temporary = mkdtempSync(join(tmpdir(), "tidewire-pictures-"));
  const server = await startServer(join(temporary, "data"));
  try {
    const browser = await startBrowser(temporary);
    await takePictures(browser, server.url);
    await browser.close();
  } finally {
    server.process.kill();
    await once(server.process, "exit");
    rmSync(temporary, { recursive: true, force: true });
  }
});

/** @param {string} data */
async function startServer(data) {
  const program = join(ROOT, "packages", "server", "dist", "cli", "main.js");
  const args = [program, "serve", "--port", "0", "--engine", "memory", "--data", data];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, TIDEWIRE_API_KEY: API_KEY },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { process: child, url };
  }
  throw new Failure("The server ended before it listened.");
}

/** @param {string} temporary */
async function startBrowser(temporary) {
  const need = PROGRAMS.find(({ finder }) => finder === "findChromium");
  const executablePath = need === undefined ? undefined : locateProgram(need);
  if (executablePath === undefined) throw new Failure(`The pictures need Chromium: ${need?.howTo}`);
  const fonts = join(temporary, "fonts.conf");
  writeFileSync(fonts, FONTS);
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
    ],
    env: { ...process.env, HOME: temporary, FONTCONFIG_FILE: fonts },
  });
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 */
async function takePictures(browser, url) {
  /** @type {Map<string, import("playwright-core").Page>} */
  const pages = new Map();
  for (const [user, person] of Object.entries(PEOPLE)) {
    const self = `${user} ${person[1]} ${encodeURIComponent(person[0] ?? "")}`;
    const localStorage = [{ name: "tidewire.chat.self", value: self }];
    const storageState = { cookies: [], origins: [{ origin: url, localStorage }] };
    const context = await browser.newContext({ ...SCREEN, locale: "en-GB", storageState });
    const page = await context.newPage();
    await page.goto(`${url}/demo/chat`);
    await page.locator("[data-state=live]").waitFor();
    pages.set(user, page);
  }
  const [screen] = [...pages.values()].slice(-1);
  if (screen === undefined) throw new Failure("Nobody is there whose screen could be taken.");
  for (const [speaker, said] of TALK) await speak(url, pages.get(speaker), said, screen);
  await screen.mouse.move(640, 500);
  mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await screen.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await screen.screenshot({ path: join(PICTURES, `chat-${colorScheme}.png`) });
    console.log(`docs/pictures/chat-${colorScheme}.png`);
  }
}

/**
 * Lets a person, or the backend, say something, and waits until it is on the screen.
 *
 * @param {string} url
 * @param {import("playwright-core").Page | undefined} page
 * @param {unknown} said
 * @param {import("playwright-core").Page} screen
 */
async function speak(url, page, said, screen) {
  const shown = screen.getByTestId("message");
  const before = await shown.count();
  if (page === undefined) {
    const response = await fetch(`${url}/api/channels/demo.chat.lobby/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify({ data: said }),
    });
    if (!response.ok) throw new Failure(`The server refused a message: ${await response.text()}`);
  } else {
    await page.locator("textarea").fill(String(said));
    await page.locator("textarea").press("Enter");
  }
  await shown.nth(before).waitFor();
}
