import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Runs in the page, where axe is. What still fades in has less contrast than it will have. */
const FIND_VIOLATIONS = `Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  .then(() => axe.run(document, { resultTypes: ["violations"] }))
  .then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.html + " " + node.failureSummary)))`;

/** What axe finds wrong with a page as it is now: contrast, names, roles, landmarks. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate<readonly string[]>(FIND_VIOLATIONS);
}
