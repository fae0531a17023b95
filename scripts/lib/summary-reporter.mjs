import { relative } from "node:path";
import { ROOT } from "./root.mjs";

/**
 * A reporter for Node's test runner that writes, at the end, one JSON object: the skipped tests and the totals.
 *
 * `skipped` holds each skipped test as a sentence with its file and reason; `totals` are the runner's own
 * closing lines, as in `tests 12`. test.mjs reads it back after the run.
 *
 * @param {AsyncIterable<import("node:test/reporters").TestEvent>} events
 */
export default async function* summaryReporter(events) {
  const skipped = [];
  const totals = [];
  for await (const event of events) {
    if (event.type === "test:pass" && event.data.skip !== undefined) {
      const reason =
        typeof event.data.skip === "string" && event.data.skip !== "" ? `: ${event.data.skip}` : "";
      skipped.push(`${relative(ROOT, event.data.file ?? "")}: ${event.data.name}${reason}`);
    }
    if (event.type === "test:diagnostic" && event.data.nesting === 0) totals.push(event.data.message);
  }
  yield JSON.stringify({ skipped, totals });
}
