import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorFacts, isErrorCode } from "@tidewire/protocol";
import fc from "fast-check";
import { Check } from "typebox/value";
import { readBan, readKick } from "../../src/core/ending-request.ts";
import { readPushContent, readPushItem } from "../../src/core/push-item.ts";
import { API_SCHEMAS } from "../../src/http/api-schemas.ts";
import { startHttp } from "../support/http-server.ts";

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

function isOpenApi(value: unknown): value is OpenApi {
  return typeof value === "object" && value !== null && "paths" in value && "components" in value;
}

async function fetchDocument(origin: string): Promise<OpenApi> {
  const document: unknown = await (await fetch(`${origin}/api/openapi.json`)).json();
  assert.ok(isOpenApi(document));
  return document;
}

describe("the OpenAPI document", () => {
  test("it is one of version 3.1, and tells the server's version, without a key", async (context) => {
    const { origin } = await startHttp(context);
    const { openapi, info } = await fetchDocument(origin);
    assert.deepEqual([openapi, info.title, info.version], ["3.1.0", "Tidewire", "1.2.3"]);
  });

  test("every reference leads to a component, and every component is one of ours", async (context) => {
    const { origin } = await startHttp(context);
    const document = await fetchDocument(origin);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(
      ([, target]) => target,
    );
    const components = Object.keys(document.components.schemas);
    assert.deepEqual(new Set(components), new Set(Object.keys(API_SCHEMAS)));
    for (const target of references) {
      assert.ok(
        components.some((name) => target === `#/components/schemas/${name}`),
        `${target} leads nowhere`,
      );
    }
    for (const name of components) {
      assert.ok(references.includes(`#/components/schemas/${name}`), `${name} is used nowhere`);
    }
  });

  test("every call has a name of its own, says what it does, and lists its parameters", async (context) => {
    const { origin } = await startHttp(context);
    const { paths, tags } = await fetchDocument(origin);
    const ids = new Set<string>();
    for (const [path, operations] of Object.entries(paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries(operations)) {
        const call = `${method} ${path}`;
        assert.ok(!ids.has(operation.operationId), `${operation.operationId} is taken`);
        ids.add(operation.operationId);
        assert.ok(operation.summary.length > 0, call);
        assert.ok(
          operation.tags.every((name) => tags.some((tag) => tag.name === name)),
          call,
        );
        const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
        assert.deepEqual(new Set(parameters.map(({ name }) => name)), new Set(inPath), call);
      }
    }
  });

  test("every answer is described, and every error under the status of its code", async (context) => {
    const { origin } = await startHttp(context);
    const { paths } = await fetchDocument(origin);
    for (const operations of Object.values(paths)) {
      for (const { operationId, responses } of Object.values(operations)) {
        for (const [status, { description }] of Object.entries(responses)) {
          assert.notEqual(description, "Default Response", `${operationId} ${status} must be described`);
          // A check that fails is an answer and no refusal.
          if (Number(status) < 400 || operationId === "readHealth") continue;
          if (operationId === "readReadiness" && status === "503") continue;
          const codes = [...description.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code);
          assert.ok(codes.length > 0, `${operationId} ${status} must name its codes`);
          for (const code of codes) {
            assert.ok(
              isErrorCode(code) && errorFacts(code).httpStatus === Number(status),
              `${code} is not ${status}`,
            );
          }
        }
      }
    }
  });
});

describe("the documented bodies", () => {
  const text = fc.constantFrom("", "a", "a.b", "news", "x".repeat(40), "x".repeat(201));
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const pushes = fc.record({
    data: maybe(fc.jsonValue()),
    channel: maybe(text),
    channels: maybe(fc.oneof(text, fc.array(text))),
    user: maybe(text),
    users: maybe(fc.array(text)),
    id: maybe(fc.oneof(text, fc.integer())),
    key: maybe(fc.oneof(text, fc.constant(null))),
    priority: maybe(fc.constantFrom("high", "normal", "low", 1)),
    exclude: maybe(text),
    unknown: maybe(fc.jsonValue()),
  });

  /** A text of JSON and what it says. */
  function parsed(body: object): { readonly value: unknown; readonly text: string } {
    const json = JSON.stringify(body);
    return { value: JSON.parse(json), text: json };
  }

  test("what the server takes as a message fits the document, and what fits is taken", () => {
    fc.assert(
      fc.property(pushes, (body) => {
        const { value, text: json } = parsed(body);
        const taken = !("code" in readPushContent(value, { text: json, at: 0 }));
        assert.equal(Check(API_SCHEMAS, schema("NewMessage"), value), taken, json);
        const item = readPushItem(value, { text: json, at: 0 }, 1000);
        // A name may have the right length and still be none, which no schema says.
        if (!("code" in item)) assert.ok(Check(API_SCHEMAS, schema("NewPush"), value), json);
      }),
    );
  });

  test("the same holds for endings and bans", () => {
    const reasons = maybe(fc.oneof(text, fc.integer()));
    const codes = maybe(
      fc.oneof(fc.integer({ min: 4399, max: 5000 }), fc.constantFrom(4400.5, "4400", null)),
    );
    fc.assert(
      fc.property(fc.record({ reason: reasons, code: codes }), (body) => {
        const { value, text: json } = parsed(body);
        assert.equal(Check(API_SCHEMAS, schema("NewKick"), value), !("ok" in readKick(value)), json);
      }),
    );
    fc.assert(
      fc.property(fc.record({ reason: reasons, for: maybe(fc.constantFrom("10m", "24h", 5)) }), (body) => {
        const { value, text: json } = parsed(body);
        assert.equal(Check(API_SCHEMAS, schema("NewBan"), value), !("ok" in readBan(value)), json);
      }),
    );
  });

  function schema(name: string) {
    return API_SCHEMAS[name] ?? assert.fail(`${name} must be documented`);
  }
});
