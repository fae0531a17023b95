/** So many comments have found a lane by then. */
const FLYING = 40;

/**
 * A backend streams comments and gifts, and somebody has written one.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeDanmaku(studio) {
  const page = await studio.visit("/demo/danmaku");
  await studio.runExample("danmaku/backend.mjs", "--count", String(FLYING), "--pause", "150", "--port", "0");
  await page.getByLabel("Your comment").fill("What a calm evening");
  await page.keyboard.press("Enter");
  await page.locator("[data-rank=own]").waitFor();
  const shown = page.getByTestId("received");
  await page.waitForFunction((element) => element?.textContent === "0", await shown.elementHandle());
  await page.getByRole("button", { name: "Pause" }).click();
  return page;
}
