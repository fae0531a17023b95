import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { isErrorCode } from "@tidewire/protocol";
import { Check } from "typebox/value";
import { parseConfigFile } from "../../src/config/config-file.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { API_CALLS, type ApiReach } from "../../src/core/api-calls.ts";
import { API_SCHEMAS } from "../../src/http/api-schemas.ts";
import { at } from "../support/api-client.ts";
import { configOf } from "../support/config.ts";
import { startHttp } from "../support/http-server.ts";
import { readPage, tableOf } from "../support/markdown.ts";
import { TestClient } from "../support/test-client.ts";

const page = readPage("http-api.md");

/** The text below each `### \`METHOD /path\``, by its heading. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(1, section.indexOf("`\n")), section.split(/^## /m)[0] ?? ""] as const),
);

interface Block {
  readonly info: string;
  readonly lines: readonly string[];
}

function blocks(text: string): readonly Block[] {
  return [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, info = "", code = ""]) => ({
    info,
    lines: code.split("\n").filter((line) => line !== ""),
  }));
}

/** A `curl` line as the call that it makes. */
function callOf(line: string): {
  method: string;
  path: string;
  body?: string;
  headers: Record<string, string>;
} {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  const body = valueAfter(words, "--json");
  const url = new URL(words.at(-1) ?? "");
  const headers = words.flatMap((word, index) =>
    words[index - 1] === "-H" && word !== "$AUTH" ? [word] : [],
  );
  return {
    method: valueAfter(words, "-X") ?? (body === undefined ? "GET" : "POST"),
    path: url.pathname + url.search,
    ...(body === undefined ? {} : { body }),
    headers: Object.fromEntries(headers.map((header) => header.split(": ", 2))),
  };
}

function valueAfter(words: readonly string[], flag: string): string | undefined {
  const index = words.indexOf(flag);
  return index < 0 ? undefined : words[index + 1];
}

const REACHES: Readonly<Record<ApiReach, string>> = {
  channel: "must match the channel",
  user: "must match the user's inbox",
  each: "is looked at for each message",
  covered: "sees what it matches",
  everything: "is not enough",
  none: "is enough",
};

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

function operationsOf(document: unknown): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [path, methods] of entries(at(document, "paths"))) {
    for (const [method, operation] of entries(methods)) {
      operations.set(`${method.toUpperCase()} ${path}`, Object(operation));
    }
  }
  return operations;
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  assert.ok(typeof value === "object" && value !== null);
  return Object.entries(value);
}

describe("docs/http-api.md", () => {
  test("shows a configuration for pages that call the API", () => {
    const [example] = blocks(page).filter(({ info }) => info === "yaml cors");
    const file = parseConfigFile("example.yaml", example?.lines.join("\n") ?? "");
    assert.equal(resolveConfig({ file }).values.cors.origins.length, 2);
  });

  test("every call has a section, and every section is about a call", async (context) => {
    const { api } = await startHttp(context);
    const operations = operationsOf(await api.ok("GET", "/api/openapi.json"));
    assert.deepEqual(new Set(sections.keys()), new Set(operations.keys()));
  });

  test("every section names the parameters of its call", async (context) => {
    const { api } = await startHttp(context);
    for (const [call, { parameters = [] }] of operationsOf(await api.ok("GET", "/api/openapi.json"))) {
      const inQuery = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
      const documented = [...(sections.get(call) ?? "").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
      for (const name of inQuery) assert.ok(documented.includes(name), `${call} must document ${name}`);
    }
  });

  test("every call's scope is listed, and what it takes of a key with patterns", () => {
    const expected = Object.entries(API_CALLS).map(([call, { scope, reach }]) => [
      `\`${call}\``,
      `\`${scope}\``,
      REACHES[reach],
    ]);
    assert.deepEqual(tableOf(page, "call", "scope", "a key with patterns"), expected);
  });

  test("every example of JSON is what its schema says", () => {
    const examples = blocks(page).filter(({ info }) => info.startsWith("json "));
    for (const { info, lines } of examples) {
      const name = info.slice("json ".length);
      const schema = API_SCHEMAS[name] ?? assert.fail(`${name} is no schema`);
      for (const line of lines)
        assert.ok(Check(API_SCHEMAS, schema, JSON.parse(line)), `${line} must be a ${name}`);
    }
    assert.ok(examples.length >= sections.size, "every call shows its answer");
  });

  test("every curl line in a section makes the section's call, and succeeds as it stands", async (context) => {
    const { api, domain } = await startHttp(context);
    const { connection } = new TestClient(domain, "carl");
    for (const [call, section] of sections) {
      const lines = blocks(section).flatMap(({ info, lines: code }) => (info === "sh" ? code : []));
      assert.ok(lines.length > 0, `${call} must have a curl line`);
      for (const line of lines) {
        const { method, path, body, headers } = callOf(line.replace("c7Hq2", connection));
        const [documentedMethod, template = ""] = call.split(" ");
        const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
        assert.ok(
          method === documentedMethod && pattern.test(path.replace(/\?.*/, "")),
          `${line} must be ${call}`,
        );
        const answer = await api.call(method, path, {
          headers,
          ...(body === undefined ? {} : { text: body }),
        });
        assert.ok(answer.status < 300, `${line} is answered ${answer.status}: ${answer.text}`);
      }
    }
  });

  test("the limits that the page tells are the defaults", () => {
    const { limits } = configOf();
    assert.deepEqual(
      [limits.bodyBytes, limits.maxMessageBytes, limits.batchMessages],
      [1024 * 1024, 64 * 1024, 1000],
    );
  });

  test("every error code that the page names exists, and every link within it leads somewhere", () => {
    for (const [, word = ""] of page.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)) {
      assert.ok(isErrorCode(word) || word.startsWith("tidewire_"), `${word} is no error code`);
    }
    const anchors = [...page.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
    for (const [, target = ""] of page.matchAll(/\]\(#([^)]*)\)/g)) {
      assert.ok(anchors.includes(target), `#${target} leads nowhere`);
    }
  });

  test("every other page that it links to has what it links to", () => {
    for (const [, name = "", anchor = ""] of page.matchAll(/\]\(([a-z-]+\.md)(?:#([^)]*))?\)/g)) {
      const other = readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
      const anchors = [...other.matchAll(/^#{2,3} (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
      assert.ok(anchor === "" || anchors.includes(anchor), `${name} has no #${anchor}`);
    }
  });
});

/** How a heading is called in links: lower case, no punctuation, hyphens for spaces. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
