// Takes the pictures of the README from the running product: `node scripts/pictures.mjs [NAME …]`. Needs Chromium.
import "./lib/node-version.mjs";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { build } from "./build.mjs";
import { ROOT } from "./lib/root.mjs";
import { Failure, main } from "./lib/run.mjs";
import { PICTURES } from "./pictures/pictures.mjs";
import { Studio } from "./pictures/studio.mjs";

const FOLDER = join(ROOT, "docs", "images");
/** A README is read on phones, too. */
const MAX_BYTES = 150_000;
const WEBP_QUALITY = 88;

/** Runs in the page: resolves when colours have faded over, and what is drawn by the frame, as charts are, has the new ones. */
const STILL = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
  .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))`;

await main(async () => {
  const names = process.argv.slice(2);
  await build();
  mkdirSync(FOLDER, { recursive: true });
  for (const picture of PICTURES) {
    if (names.length === 0 || names.includes(picture.name)) await take(picture);
  }
});

/**
 * Takes one picture, light and dark, on a server of its own.
 *
 * @param {import("./pictures/pictures.mjs").Picture} picture
 */
async function take({ name, height, arrange }) {
  const studio = await Studio.open({ width: 1280, height });
  try {
    const page = await arrange(studio);
    // Beside everything that would look different under it.
    await page.mouse.move(1, 1);
    const camera = await page.context().newCDPSession(page);
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(STILL);
      const options = /** @type {const} */ ({ format: "webp", quality: WEBP_QUALITY });
      const { data } = await camera.send("Page.captureScreenshot", options);
      save(`${name}-${colorScheme}.webp`, Buffer.from(data, "base64"));
    }
  } finally {
    await studio.close();
  }
}

/**
 * @param {string} file
 * @param {Buffer} bytes
 */
function save(file, bytes) {
  if (bytes.length > MAX_BYTES)
    throw new Failure(`${file} has ${bytes.length} bytes, more than ${MAX_BYTES}.`);
  writeFileSync(join(FOLDER, file), bytes);
  console.log(`docs/images/${file} ${Math.ceil(bytes.length / 1000)} kB`);
}
