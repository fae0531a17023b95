import type { Arena } from "../arena.ts";
import type { Attack } from "../attack.ts";
import { exchange, request } from "../support/raw-http.ts";

/** Every operation of the API, with and without things that look like its key. */
export const apiWithoutKey: Attack = {
  name: "the API without its key",
  target: "open",
  tried:
    "every operation that the OpenAPI document lists, without a key, with wrong ones, and with the right one where it does not count: query, cookie, Basic, two headers",
  defence: "401 before the body is read",
  async run(arena) {
    const calls = await operations(arena);
    const { apiKey } = arena.server;
    for (const { method, path } of calls) {
      for (const { query, headers } of tries(apiKey)) {
        const line = `${method} ${path}${query} HTTP/1.1`;
        const all = [...headers, "Content-Type: application/json", "Content-Length: 2"];
        const { answers } = await exchange(arena, request(arena, line, all, "{}"));
        const status = answers[0]?.status ?? 0;
        arena.count(status);
        arena.expect(status === 401, `${line} with ${headers.join(" and ")} was answered ${status}`);
      }
    }
    return `${calls.length} operations: ${arena.outcomes()}`;
  },
};

interface Operation {
  readonly method: string;
  readonly path: string;
}

interface Try {
  readonly query: string;
  readonly headers: readonly string[];
}

function tries(key: string): readonly Try[] {
  const basic = Buffer.from(`${key}:`).toString("base64");
  const withHeaders = [
    [],
    ["Authorization: Bearer"],
    ["Authorization: Bearer "],
    [`Authorization: ${key}`],
    [`Authorization: Basic ${basic}`],
    [`Authorization: Bearer ${key.slice(0, -1)}`],
    [`Authorization: Bearer ${key}x`],
    [`Authorization: Bearer ${key.toUpperCase()}`],
    [`Authorization: Bearer ${key} ${key}`],
    [`Authorization: Bearer wrong`, `Authorization: Bearer ${key}`],
    [`Cookie: key=${key}`],
    [`X-Api-Key: ${key}`],
  ].map((headers) => ({ query: "", headers }));
  const withQuery = ["key", "apiKey", "token", "access_token"].map((name) => ({
    query: `?${name}=${key}`,
    headers: [],
  }));
  return [...withHeaders, ...withQuery];
}

async function operations({ server }: Arena): Promise<readonly Operation[]> {
  const response = await fetch(`${server.url}/api/openapi.json`);
  const document: unknown = await response.json();
  if (!isObject(document) || !("paths" in document) || !isObject(document.paths)) throw new Error("no paths");
  const paths = new Map<string, unknown>(Object.entries(document.paths));
  return [...paths].flatMap(([template, methods]) => {
    if (!template.startsWith("/api/") || template === "/api/openapi.json" || !isObject(methods)) return [];
    const path = template.replace(/\{\w+\}/g, "x");
    return Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path }));
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
