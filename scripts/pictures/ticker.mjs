/** So many milliseconds fill a sparkline, and the figures. */
const FILLED_MS = 20_000;

/**
 * A process feeds prices, which were polled in both ways and are pushed again.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeTicker(studio) {
  studio.startExample("ticker/feeder.mjs");
  const page = await studio.visit("/demo/ticker");
  await page.locator("[data-feeder=running]").waitFor();
  for (const [name, way, requests] of /** @type {const} */ ([
    ["Poll, 1 s", "poll1", 6],
    ["Poll, 5 s", "poll5", 3],
  ])) {
    await page.getByRole("radio", { name }).check();
    await page.waitForFunction(
      ([id, count]) => Number(document.querySelector(`[data-testid="${id}-requests"]`)?.textContent) >= count,
      /** @type {const} */ ([way, requests]),
    );
  }
  await page.getByRole("radio", { name: "Push" }).check();
  await page.waitForTimeout(FILLED_MS);
  return page;
}
