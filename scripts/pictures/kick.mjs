/**
 * The account has just signed in on the second phone.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeKick(studio) {
  const page = await studio.visit("/demo/kick");
  await page.getByTestId("second").getByRole("button", { name: "Sign in" }).click();
  await page.getByTestId("first-reason").waitFor();
  await page.getByTestId("second").locator("[data-state=live]").waitFor();
  return page;
}
