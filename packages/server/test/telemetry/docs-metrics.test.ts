import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { monotonicClock } from "../../src/base/system-clock.ts";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { COUNTED, METRICS, SAMPLED } from "../../src/telemetry/metric-table.ts";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { codeBlocks, readPage, tableOf } from "../support/markdown.ts";

const page = readPage("metrics.md");

/** The units of Prometheus that a name must end in, besides `_total`. */
const BASE_UNITS = ["seconds", "bytes"];

function labelCell(labels: Readonly<Record<string, readonly string[] | string>>): string {
  const cells = Object.entries(labels).map(([label, values]) => {
    const listed = typeof values === "string" ? values : values.map((value) => `\`${value}\``).join(" ");
    return `\`${label}\`: ${listed}`;
  });
  return cells.length === 0 ? "–" : cells.join("; ");
}

describe("docs/metrics.md", () => {
  test("lists every metric with its type, unit, labels and help", () => {
    const expected = Object.entries(METRICS).map(([name, { type, unit, labels, help }]) => [
      `\`${name}\``,
      type,
      unit,
      labelCell(labels),
      help,
    ]);
    assert.deepEqual(tableOf(page, "name", "type", "unit", "labels", "what it says"), expected);
  });

  test("tells who may read the figures, by every word that the setting takes", () => {
    const words = tableOf(
      page,
      "`metrics.access`",
      "without a key",
      "with a key that has the scope `read`",
    ).map(([word = ""]) => /`(\w+)`/.exec(word)?.[1] ?? "");
    for (const word of words) {
      const file = parseConfigFile("example.yaml", `metrics: { access: ${word} }`);
      assert.equal(resolveConfig({ file }).values.metrics.access, word);
    }
    assert.equal(words.length, 3);
  });

  test("shows the set-up of OpenTelemetry as the example has it", () => {
    const [shown = ""] = codeBlocks(page, "js setup");
    const example = readPage("../examples/opentelemetry/setup.mjs");
    assert.ok(shown.length > 0 && example.endsWith(shown));
  });
});

describe("the table of metrics", () => {
  test("is all that is told, and all of it is told", async () => {
    const metrics = new Metrics(monotonicClock);
    const text = await metrics.text();
    const told = [...text.matchAll(/^# TYPE (\S+ \S+)$/gm)].map(([, told = ""]) => told);
    const listed = Object.entries(METRICS).map(([name, { type }]) => `${name} ${type}`);
    assert.deepEqual(told.toSorted(), listed.toSorted());
    assert.deepEqual(Object.keys(await metrics.figures()).toSorted(), Object.keys(METRICS).toSorted());
    assert.deepEqual(
      Object.keys(COUNTED).filter((name) => name in SAMPLED),
      [],
    );
  });

  test("names units and kinds as Prometheus wants them", () => {
    for (const [name, { type, unit }] of Object.entries(METRICS)) {
      const stem = name.replace(/_total$/, "");
      assert.equal(type === "counter", name.endsWith("_total"), `${name} is a ${type}`);
      for (const base of BASE_UNITS)
        assert.equal(stem.endsWith(`_${base}`), unit === base, `${name} in ${unit}`);
    }
  });

  test("has buckets that grow, for histograms alone", () => {
    for (const [name, { type, buckets }] of Object.entries(METRICS)) {
      assert.equal(type === "histogram", buckets !== undefined, name);
      assert.deepEqual(
        buckets?.toSorted((one, other) => one - other),
        buckets,
        name,
      );
    }
  });
});
