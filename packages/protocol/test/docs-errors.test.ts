import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE, CLOSE_REASONS, ERRORS, type ErrorFacts, mayReconnect } from "@tidewire/protocol";
import { readPage, type Row, sectionOf, tableRows } from "./support/markdown.ts";

const page = readPage("errors.md");
const errors: readonly (readonly [string, ErrorFacts])[] = Object.entries(ERRORS);

test("docs/errors.md lists exactly the error table, in its order", () => {
  const documented = tableRows(page).filter((row) => row.length === 5);
  const expected = errors.map(
    ([code, facts]): Row => [
      `\`${code}\``,
      String(facts.httpStatus),
      facts.closeCode === null ? "–" : String(facts.closeCode),
      facts.retryable ? "yes" : "no",
      facts.message,
    ],
  );
  assert.deepEqual(documented, expected);
});

test("docs/errors.md lists exactly the close codes", () => {
  const documented = tableRows(sectionOf(page, 2, "Close codes") ?? "");
  const reasons: Readonly<Record<string, string>> = CLOSE_REASONS;
  const expected = Object.entries(CLOSE).map(
    ([name, code]): Row => [
      String(code),
      `\`${name}\``,
      mayReconnect(code) ? "yes" : "no",
      reasons[name] ?? "",
    ],
  );
  assert.deepEqual(documented, expected);
});
