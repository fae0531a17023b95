import assert from "node:assert/strict";
import { Check, Errors } from "typebox/value";
import { API_SCHEMAS } from "../../src/http/api-schemas.ts";

/** What a test says differently than an ordinary call with the right key. */
export interface CallOptions {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, with the media type of JSON. */
  readonly text?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** null: none. */
  readonly key?: string | null;
}

/** An answer, read completely. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed text; undefined when it is no JSON. */
  readonly json: unknown;
}

/** The part of an OpenAPI document that answers are held against. */
interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
}

interface DocumentedResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
}

/**
 * Calls an HTTP interface over its socket, and holds every answer against the OpenAPI document that it serves: the status
 * must be listed, the body must fit the schema, and an error's code must be among those that are listed for its status.
 */
export class ApiClient {
  readonly #origin: string;
  readonly #key: string;
  #document: Documented | null = null;

  constructor(origin: string, key: string) {
    this.#origin = origin;
    this.#key = key;
  }

  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, text = body === undefined ? undefined : JSON.stringify(body), key = this.#key } = options;
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(text === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const { status, headers } = response;
    const answer = await response.text();
    const isJson = answer !== "" && headers.get("content-type")?.startsWith("application/json") === true;
    const json: unknown = isJson ? JSON.parse(answer) : undefined;
    await this.#checkAgainstDocument(method, path, status, json);
    return { status, headers, text: answer, json };
  }

  /** The same, for a call that must succeed; returns the parsed answer. */
  async ok(method: string, path: string, options: CallOptions = {}): Promise<unknown> {
    const { status, json, text } = await this.call(method, path, options);
    assert.ok(status < 300, `${method} ${path} must succeed, and is answered ${status}: ${text}`);
    return json;
  }

  /** The same, for a call that must be refused; returns its status and code. */
  async refused(method: string, path: string, options: CallOptions = {}): Promise<readonly [number, string]> {
    const { status, json, text } = await this.call(method, path, options);
    assert.ok(Check(API_SCHEMAS, error, json), `${method} ${path} must be an error, and is ${text}`);
    return [status, codeOf(json)];
  }

  async #checkAgainstDocument(method: string, path: string, status: number, json: unknown): Promise<void> {
    const operation = await this.#operation(method, path.replace(/\?.*/, ""));
    if (operation === undefined) return;
    const response = operation.responses[status];
    assert.ok(response, `the document of ${method} ${path} must list status ${status}`);
    const name = response.content?.["application/json"]?.schema.$ref?.replace("#/components/schemas/", "");
    const schema = name === undefined ? undefined : API_SCHEMAS[name];
    if (schema === undefined) return;
    const [problem] = Errors(API_SCHEMAS, schema, json);
    assert.ok(
      Check(API_SCHEMAS, schema, json),
      `${JSON.stringify(json)} must be a ${name}: ${JSON.stringify(problem)}`,
    );
    if (schema !== error) return;
    assert.ok(
      response.description.includes(`\`${codeOf(json)}\``),
      `the document of ${method} ${path} must list ${codeOf(json)} for ${status}`,
    );
  }

  async #operation(method: string, path: string): Promise<Operation | undefined> {
    this.#document ??= parseDocument(await (await fetch(`${this.#origin}/api/openapi.json`)).json());
    for (const [template, operations] of Object.entries(this.#document.paths)) {
      const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
      const operation = operations[method.toLowerCase()];
      if (operation !== undefined && pattern.test(path)) return operation;
    }
    return undefined;
  }
}

const error = API_SCHEMAS["Error"] ?? assert.fail("errors must have a schema");

function codeOf(json: unknown): string {
  return String(at(json, "error", "code"));
}

/** The value within a parsed answer that these names and indices lead to. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    assert.ok(
      typeof inner === "object" && inner !== null,
      `${path.join(".")} is not in ${JSON.stringify(value)}`,
    );
    return new Map<string, unknown>(Object.entries(inner)).get(String(name));
  }, value);
}

function parseDocument(value: unknown): Documented {
  assert.ok(isDocumented(value), "the OpenAPI document must have paths");
  return value;
}

function isDocumented(value: unknown): value is Documented {
  return typeof value === "object" && value !== null && "paths" in value;
}
