/**
 * Ada has read what there was, a backend goes on, and Kofi's phone is off.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeNotify(studio) {
  const page = await studio.visit("/demo/notify");
  await page.getByTestId("ada-phone").getByText("Order 2040").waitFor();
  await page.getByTestId("ada-phone").getByRole("button").click();
  await page.getByTestId("ada-tablet-badge").waitFor({ state: "detached" });
  await studio.runExample("notify/backend.mjs", "--count", "3", "--pause", "1");
  await page.getByTestId("mei-phone").getByText("Kofi is on call").waitFor();
  await page.getByTestId("kofi-phone").getByRole("switch").click();
  await page.getByRole("radio", { name: "All but one" }).check();
  await page.getByRole("radio", { name: "Kofi" }).check();
  await page.getByRole("button", { name: "Push" }).click();
  await page.getByText("Pushed to Ada and Mei.").waitFor();
  return page;
}
