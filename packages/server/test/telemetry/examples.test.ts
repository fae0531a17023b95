import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import Type from "typebox";
import { Parse } from "typebox/value";
import { parse } from "yaml";
import { METRICS } from "../../src/telemetry/metric-table.ts";
import { namesIn } from "./promql.ts";

const EXAMPLES = new URL("../../../../examples/", import.meta.url);

/** What Prometheus itself adds to everything that it reads. */
const GIVEN_LABELS = ["job", "instance", "le"];
const GIVEN_METRICS = ["up"];

const DASHBOARD = Type.Object({
  title: Type.String(),
  panels: Type.Array(
    Type.Object({
      title: Type.String(),
      targets: Type.Array(Type.Object({ expr: Type.String(), legendFormat: Type.String() })),
    }),
  ),
});

const RULES = Type.Object(
  {
    groups: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          rules: Type.Array(
            Type.Object(
              {
                alert: Type.String({ pattern: "^Tidewire[A-Z][A-Za-z]*$" }),
                expr: Type.String(),
                for: Type.Optional(Type.String({ pattern: "^\\d+[smh]$" })),
                labels: Type.Object({ severity: Type.Enum(["page", "ticket"]) }),
                annotations: Type.Object({ summary: Type.String({ minLength: 1 }) }),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

const dashboard = Parse(
  DASHBOARD,
  JSON.parse(readFileSync(new URL("grafana/tidewire.json", EXAMPLES), "utf8")),
);
const alerts = Parse(RULES, parse(readFileSync(new URL("prometheus/alerts.yaml", EXAMPLES), "utf8")));
const rules = alerts.groups.flatMap((group) => group.rules);

/** Fails when a query reads what the server does not tell, or a text shows a label that the query does not leave. */
function check(query: string, text: string): void {
  const { metrics, labels } = namesIn(query);
  assert.ok(metrics.length > 0, `${query} reads something`);
  const known = metrics.map((name) => [name, METRICS[name.replace(/_(?:bucket|sum|count)$/, "")]] as const);
  for (const [name, facts] of known) {
    if (GIVEN_METRICS.includes(name)) continue;
    assert.ok(facts, `${name} is no metric, in ${query}`);
    assert.equal(facts.type === "histogram", name.endsWith("_bucket"), `${name} is a ${facts.type}`);
    if (facts.type === "counter") assert.match(query, /rate|increase/, `${name} only grows, in ${query}`);
  }
  const own = known.flatMap(([, facts]) => Object.keys(facts?.labels ?? {}));
  for (const label of labels) assert.ok([...own, ...GIVEN_LABELS].includes(label), `${label} in ${query}`);
  const shown = [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = ""]) => label);
  for (const label of shown) assert.ok([...own, ...GIVEN_LABELS].includes(label), `${label} in ${text}`);
}

describe("the examples for operators", () => {
  test("the dashboard reads only what the server tells", () => {
    for (const { targets } of dashboard.panels)
      for (const { expr, legendFormat } of targets) check(expr, legendFormat);
  });

  test("the alerts read only what the server tells", () => {
    for (const { expr, annotations } of rules) check(expr, annotations.summary);
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length, "each has a name of its own");
  });

  test("the dashboard shows every figure that changes", () => {
    const shown = dashboard.panels.flatMap(({ targets }) =>
      targets.flatMap(({ expr }) => namesIn(expr).metrics),
    );
    const stems = new Set(shown.map((name) => name.replace(/_bucket$/, "")));
    const hidden = Object.keys(METRICS).filter((name) => !stems.has(name));
    assert.deepEqual(hidden, [
      "tidewire_store_commit_failures_total",
      "tidewire_hook_calls_total",
      "tidewire_build_info",
      "tidewire_backend_connections",
      "tidewire_store_available",
      "tidewire_hook_suspended",
      "process_start_time_seconds",
    ]);
  });

  test("names are found in queries of the kinds that are used", () => {
    const query =
      'histogram_quantile(0.9, sum by (le, a) (rate(x_bucket{b=~"y.*",c!="z"}[5m]))) > 1e9 or up == 0';
    assert.deepEqual(namesIn(query), { metrics: ["x_bucket", "up"], labels: ["b", "c", "le", "a"] });
  });
});
