import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { refusedHandshake } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const PAGE = "https://admin.example.com";
const PATH = "/api/channels/news/messages";

function ask(server: TestServer, method: string, headers: Record<string, string>): Promise<Response> {
  return fetch(server.url + PATH, { method, headers });
}

function corsOf({ headers }: Response): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));
}

function withKey(server: TestServer, origin: string): Record<string, string> {
  return { origin, authorization: `Bearer ${server.apiKey.key}` };
}

describe("pages that call the API", () => {
  test("get nothing unless the configuration asks for it, not even from an origin that may use the other doors", async (t) => {
    const server = await startTestServer(t, { settings: { origins: [PAGE] } });
    assert.deepEqual(corsOf(await ask(server, "GET", withKey(server, PAGE))), {});
    const preflight = await ask(server, "OPTIONS", { origin: PAGE, "access-control-request-method": "GET" });
    assert.deepEqual(corsOf(preflight), {});
  });

  test("of a listed origin are told in a preflight what they may send, and can read answers and errors", async (t) => {
    const origins = [PAGE, "https://*.staging.example.com"];
    const server = await startTestServer(t, { settings: { cors: { origins } } });
    for (const origin of [PAGE, "https://one.staging.example.com"]) {
      const preflight = await ask(server, "OPTIONS", { origin, "access-control-request-method": "POST" });
      assert.equal(preflight.status, 204);
      assert.deepEqual(corsOf(preflight), {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, POST, PUT, DELETE",
        "access-control-allow-headers": "authorization, content-type, idempotency-key",
        "access-control-max-age": "600",
      });
      const answered = await ask(server, "GET", withKey(server, origin));
      const keyless = await ask(server, "GET", { origin });
      assert.deepEqual([answered.status, keyless.status], [200, 401]);
      for (const answer of [answered, keyless]) {
        assert.match(answer.headers.get("vary") ?? "", /Origin/);
        assert.deepEqual(corsOf(answer), {
          "access-control-allow-origin": origin,
          "access-control-expose-headers": "retry-after",
        });
      }
    }
    const program = await fetch(server.url + PATH, { headers: withKey(server, PAGE) });
    assert.match(program.headers.get("vary") ?? "", /Origin/, "a cache keeps the two apart");
  });

  test("of other origins are refused, key or not, and a listed one gets nowhere else", async (t) => {
    const server = await startTestServer(t, { settings: { cors: { origins: [PAGE] } } });
    for (const origin of ["https://evil.example", "null", `${PAGE}.evil.example`, PAGE.toUpperCase()]) {
      const refused = await ask(server, "GET", withKey(server, origin));
      assert.equal(refused.status, 403, origin);
      assert.deepEqual(corsOf(refused), {});
    }
    const events = await fetch(`${server.url}/events?channels=news`, { headers: { origin: PAGE } });
    assert.equal(events.status, 403);
    assert.equal((await refusedHandshake(server, "/connect?channels=news", { origin: PAGE })).status, 403);
    const rebound = await fetch(`${server.url}/apifoo`, { headers: { origin: PAGE } });
    assert.equal(rebound.status, 403);
  });

  test("are all answered with * when that is what is listed, and no origin is repeated", async (t) => {
    const server = await startTestServer(t, { settings: { cors: { origins: ["*"] } } });
    for (const origin of ["https://one.example", "https://two.example"]) {
      const answer = await ask(server, "GET", withKey(server, origin));
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
      assert.equal(answer.headers.get("access-control-allow-credentials"), null);
    }
  });

  test("follow a new configuration", async (t) => {
    const server = await startTestServer(t, { settings: { cors: { origins: [PAGE] } } });
    server.reconfigure({});
    assert.equal((await ask(server, "GET", withKey(server, PAGE))).status, 403);
  });
});
