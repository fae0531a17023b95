/** At five messages a second: how long the phones are locked. */
const LOCKED_MESSAGES = 25;

/**
 * Both phones were locked, and are awake again.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeLockscreen(studio) {
  const page = await studio.visit("/demo/lockscreen");
  await page.getByRole("button", { name: "Lock the screen" }).and(page.locator(":enabled")).waitFor();
  await sent(page, LOCKED_MESSAGES);
  await page.getByRole("button", { name: "Lock the screen" }).click();
  await sent(page, 2 * LOCKED_MESSAGES);
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByTestId("outcome-naive").waitFor();
  await page.getByTestId("outcome-sdk").waitFor();
  await sent(page, 4 * LOCKED_MESSAGES);
  return page;
}

/**
 * @param {import("playwright-core").Page} page
 * @param {number} messages
 */
async function sent(page, messages) {
  await page.waitForFunction(
    (number) => Number(document.querySelector('[data-testid="sdk-sent"]')?.textContent) >= number,
    messages,
  );
}
