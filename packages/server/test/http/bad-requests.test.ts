import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { MAX_JSON_DEPTH } from "@tidewire/protocol";
import { refuse } from "../../src/core/refusal.ts";
import { at } from "../support/api-client.ts";
import { API_KEY, startHttp } from "../support/http-server.ts";
import { within } from "../support/deadline.ts";

const NEWS = "/api/channels/news/messages";

/** Sends bytes to a port and reads until the server closes. */
function exchange(port: number, bytes: string): Promise<string> {
  const answer = new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(bytes));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("end", () => resolve(text));
    socket.on("error", reject);
  });
  return within(answer, "the end of the connection");
}

describe("calls without the key", () => {
  test("no call is carried out without it, known or not", async (context) => {
    const { api } = await startHttp(context);
    const { json } = await api.call("GET", "/api/openapi.json", { key: null });
    for (const [path, operations] of Object.entries(Object(at(json, "paths")))) {
      if (!path.startsWith("/api/")) continue;
      for (const method of Object.keys(Object(operations))) {
        const url = path.replace(/\{\w+\}/g, "x");
        for (const key of [null, "wrong", `${API_KEY}x`]) {
          const answer = await api.refused(method.toUpperCase(), url, { key });
          assert.deepEqual(answer, [401, "unauthorized"], `${method} ${path}`);
        }
      }
    }
    assert.deepEqual(await api.refused("GET", "/api/nothing", { key: null }), [401, "unauthorized"]);
  });

  test("the answer names the scheme, and nothing that was logged holds what was presented", async (context) => {
    const { api, logger } = await startHttp(context);
    const { headers } = await api.call("GET", "/api/info?key=secret-1", { key: "secret-2" });
    assert.equal(headers.get("www-authenticate"), "Bearer");
    assert.equal(logger.of("api.refused").length, 1, "once");
    assert.ok(!/secret/.test(JSON.stringify(logger.lines)));
  });

  test("other schemes and other places do not count", async (context) => {
    const { api } = await startHttp(context);
    const basic = `Basic ${Buffer.from(`:${API_KEY}`).toString("base64")}`;
    for (const authorization of [basic, API_KEY, "Bearer", `Bearer ${API_KEY} x`]) {
      const refused = await api.refused("GET", "/api/info", { key: null, headers: { authorization } });
      assert.deepEqual(refused, [401, "unauthorized"], authorization);
    }
    assert.deepEqual(await api.refused("GET", `/api/info?key=${API_KEY}`, { key: null }), [
      401,
      "unauthorized",
    ]);
    await api.ok("GET", "/api/info", { key: null, headers: { authorization: `bearer  ${API_KEY}` } });
  });

  test("the refusal does not wait for the body", async (context) => {
    const { port } = await startHttp(context);
    const status = new Promise((resolve, reject) => {
      const call = request({
        port,
        host: "127.0.0.1",
        method: "POST",
        path: NEWS,
        headers: { "content-length": "9999999" },
      });
      call.on("response", ({ statusCode }) => {
        resolve(statusCode);
        call.destroy();
      });
      call.on("error", reject);
      call.flushHeaders();
    });
    assert.equal(await within(status, "the answer"), 401);
  });
});

describe("bodies that cannot be used", () => {
  test("each is told what is wrong with it", async (context) => {
    const { api } = await startHttp(context, { limits: { bodyBytes: 100_000 } });
    const deep = `{"data":${"[".repeat(MAX_JSON_DEPTH)}${"]".repeat(MAX_JSON_DEPTH)}}`;
    const cases = [
      ["{", 400, "malformed_json"],
      ["{'data':1}", 400, "malformed_json"],
      ['{"data":01}', 400, "malformed_json"],
      ['\ufeff{"data":1}', 400, "malformed_json"],
      [new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, "malformed_json"],
      [deep, 400, "too_deep"],
      ["[".repeat(90_000), 400, "too_deep"],
      ["[]", 400, "invalid_field"],
      ["7", 400, "invalid_field"],
      ['{"data":1,"id":"\\u0000"}', 400, "invalid_field"],
      ['{"data":1,"id":["x"]}', 400, "invalid_field"],
      ['{"__proto__":{"data":1}}', 400, "invalid_field"],
      [`{"data":"${"x".repeat(100_000)}"}`, 413, "message_too_large"],
    ] as const;
    for (const [text, status, code] of cases) {
      const refused = await api.refused("POST", NEWS, { text });
      assert.deepEqual(refused, [status, code], String(text).slice(0, 60));
    }
    assert.equal(at(await api.ok("GET", "/api/channels/news"), "offset"), 0, "nothing was stored");
  });

  test("a body that only turns out too large is refused, too", async (context) => {
    const { port } = await startHttp(context, { limits: { bodyBytes: 1024 } });
    const chunk = `${(900).toString(16)}\r\n${"x".repeat(900)}\r\n`;
    const answer = await exchange(
      port,
      `POST ${NEWS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_KEY}\r\nContent-Type: application/json\r\n` +
        `Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.match(answer, /"code":"message_too_large"/);
  });

  test("only JSON is taken, since browsers send anything else to any site unasked", async (context) => {
    const { api } = await startHttp(context);
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "nonsense",
    ]) {
      const options = { text: '{"data":1}', headers: { "content-type": type } };
      assert.deepEqual(await api.refused("POST", NEWS, options), [415, "unsupported_media_type"], type);
    }
    const headers = { "content-type": "application/json; charset=UTF-8" };
    await api.ok("POST", NEWS, { text: '{"data":1}', headers });
  });

  test("a body that would poison a prototype is plain data", async (context) => {
    const { api } = await startHttp(context);
    const data = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';
    await api.ok("POST", NEWS, { text: `{"data":${data},"__proto__":{"id":"x"}}` });
    const { text } = await api.call("GET", NEWS);
    assert.ok(text.includes(`"data":${data}`), text);
    assert.equal(at({}, "admin"), undefined);
  });
});

describe("addresses and methods that cannot be used", () => {
  test("what is not there is 404, whatever comes with it", async (context) => {
    const { api } = await startHttp(context);
    for (const [method, path] of [
      ["GET", "/api/nothing"],
      ["POST", "/api/channels/a/b/messages"],
      ["GET", "/nothing"],
      ["GET", "/api"],
      ["POST", "//api/publish"],
      ["POST", "/API/publish"],
      ["PROPFIND", "/"],
    ] as const) {
      const options = method === "POST" ? { text: "no JSON", headers: { "content-type": "text/x" } } : {};
      const [status] = await api.refused(method, path, options);
      assert.ok(
        status === 404 || (method === "PROPFIND" && status === 405),
        `${method} ${path} is ${status}`,
      );
    }
  });

  test("a method that the address does not take is 405, and Allow lists those it takes", async (context) => {
    const { api } = await startHttp(context);
    const { status, headers, json } = await api.call("PUT", NEWS, { body: {} });
    assert.deepEqual([status, at(json, "error", "code")], [405, "method_not_allowed"]);
    assert.equal(headers.get("allow"), "DELETE, GET, HEAD, POST, OPTIONS");
    assert.equal(
      (await api.call("POST", "/health", { body: {} })).headers.get("allow"),
      "GET, HEAD, OPTIONS",
    );
  });

  test("OPTIONS tells the methods, and lets no other origin in", async (context) => {
    const { api } = await startHttp(context);
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const answer = await api.call("OPTIONS", "/api/publish", { key: null, headers });
    assert.deepEqual([answer.status, answer.headers.get("allow")], [204, "POST, OPTIONS"]);
    const read = await api.call("GET", "/api/info", { headers });
    for (const { headers: sent } of [answer, read]) {
      assert.deepEqual(
        [...sent.keys()].filter((name) => name.startsWith("access-control")),
        [],
      );
    }
  });

  test("HEAD answers like GET, without the body", async (context) => {
    const { api } = await startHttp(context);
    const { status, text } = await api.call("HEAD", "/api/info");
    assert.deepEqual([status, text], [200, ""]);
    assert.equal((await api.call("HEAD", "/api/info", { key: null })).status, 401);
  });

  test("an address that cannot be decoded is 400", async (context) => {
    const { api } = await startHttp(context);
    for (const path of ["/api/channels/%zz", "/api/channels/%ff", "/%"]) {
      assert.deepEqual(await api.refused("GET", path), [400, "bad_request"], path);
    }
  });

  test("bytes that are no HTTP get an error and a close, and are logged once", async (context) => {
    const { port, logger } = await startHttp(context);
    const answer = await exchange(port, "HELLO\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.match(answer, /\{"error":\{"code":"bad_request"/);
    assert.match(answer, /\r\nConnection: close\r\n/);
    assert.equal(logger.of("api.refused").length, 1);
    const large = await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`);
    assert.match(large, /The head of the request is too large/);
  });
});

describe("a server that does not hear everybody", () => {
  test("what its gate refuses is refused on every address but the SDK's and the health check", async (context) => {
    const gate = ({ url }: IncomingMessage) =>
      url === "/api/openapi.json" ? null : refuse("origin_forbidden");
    const { api, logger } = await startHttp(context, { ports: { gate } });
    for (const path of ["/", "/api/info", "/metrics", "/ready", "/demo/chat", "/nothing"]) {
      assert.deepEqual(await api.refused("GET", path), [403, "origin_forbidden"], path);
    }
    assert.equal((await api.call("GET", "/health")).status, 200);
    assert.equal((await api.call("GET", "/client.js")).status, 404, "it is not built, and not forbidden");
    assert.equal(logger.of("api.refused").length, 1, "the gate has logged what it refused");
  });

  test("when it stops, calls are asked to come again elsewhere, and their connection ends", async (context) => {
    const { api, state } = await startHttp(context);
    state.draining = true;
    const { status, headers, json } = await api.call("POST", NEWS, { body: { data: 1 } });
    assert.deepEqual([status, at(json, "error", "code")], [503, "shutting_down"]);
    assert.deepEqual([headers.get("retry-after"), headers.get("connection")], ["1", "close"]);
  });

  test("a bug inside is logged, and its details stay there", async (context) => {
    const info = () => {
      throw new Error("a secret detail");
    };
    let calls = 0;
    const real = { version: "1", engine: "x", uptimeMs: 1, connections: 0, sessions: 0, channels: 0 };
    const { api, logger } = await startHttp(context, {
      ports: { info: () => (calls++ === 0 ? real : info()) },
    });
    const { status, text } = await api.call("GET", "/api/info");
    assert.equal(status, 500);
    assert.ok(!text.includes("secret"), text);
    assert.equal(logger.of("server.bug").length, 1);
  });
});
