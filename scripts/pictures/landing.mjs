/**
 * Two messages have come down the wire.
 *
 * @param {import("./studio.mjs").Studio} studio
 */
export async function arrangeLanding(studio) {
  const page = await studio.visit("/");
  for (const text of ["Order 2041 is out for delivery", "Build 418 passed"]) {
    await studio.post("/api/channels/demo.landing/messages", { data: { text } });
    await page.getByTestId("arrival").getByText(text).waitFor();
  }
  return page;
}
