import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isErrorCode, MAX_JSON_DEPTH } from "@tidewire/protocol";
import { formatBytes } from "../../src/base/bytes.ts";
import { formatDuration } from "../../src/base/duration.ts";
import { configOf } from "../support/config.ts";
import { LineClient } from "../support/line-client.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";
import { startTestServer } from "../support/start-test-server.ts";

const page = readPage("raw-tcp.md");

function linesOf(language: string): readonly string[] {
  return codeBlocks(page, language).flatMap((block) => block.trimEnd().split("\n"));
}

/** What stays the same from one run to the next: the names of the fields, and the values that are not made up. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    FIXED.has(name) ? inner : shapeOf(inner),
  ]);
  return Object.fromEntries(entries);
}

const FIXED: ReadonlySet<string> = new Set(["ok", "channel", "duplicate", "user", "code", "message"]);

describe("docs/raw-tcp.md", () => {
  test("every line is answered as the page shows, in order on one connection", async (t) => {
    const server = await startTestServer(t);
    const client = await LineClient.open(t, server);
    const [lines, answers] = [linesOf("json line"), linesOf("json answer")];
    assert.equal(lines.length, answers.length, "each line must have an answer");
    for (const line of lines) client.send(`${line.replace('"KEY"', JSON.stringify(server.apiKey.key))}\n`);
    for (const [index, documented] of answers.entries()) {
      const answer = await client.line();
      assert.deepEqual(shapeOf(answer), shapeOf(JSON.parse(documented)), lines[index]);
    }
  });

  test("the limits are the defaults of the configuration", () => {
    const { limits } = configOf();
    assert.deepEqual(
      tableOf(page, "what", "limit", "setting").map(([, limit]) => limit?.replace(" ", "")),
      [
        formatBytes(limits.lineBytes),
        formatDuration(limits.handshakeTimeoutMs),
        `${MAX_JSON_DEPTH}levels`,
        formatBytes(limits.maxMessageBytes),
        String(limits.batchMessages),
      ],
    );
  });

  test("the errors that end a connection are told, and exist", () => {
    for (const [code = ""] of tableOf(page, "code", "why"))
      assert.ok(isErrorCode(code.replaceAll("`", "")), code);
  });
});
