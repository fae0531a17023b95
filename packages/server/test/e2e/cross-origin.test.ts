import assert from "node:assert/strict";
import { type IncomingMessage, request } from "node:http";
import { describe, test } from "node:test";
import { text } from "node:stream/consumers";
import { within } from "../support/deadline.ts";
import { NativeClient, refusedHandshake } from "../support/native-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const DOORS = ["/events?channels=news", "/poll?channels=news", "/command"];

interface Head {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly code: string | null;
}

/** The head of an answer, and the error in its body; a stream is left after its head. */
async function headOf(
  server: TestServer,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Head> {
  const asked = request(server.url + path, { method, headers, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("error", reject);
    asked.on("response", resolve);
  });
  asked.end();
  const response = await within(answered, `the answer to ${method} ${path}`);
  const status = response.statusCode ?? 0;
  const body = status >= 400 ? await text(response) : "";
  asked.destroy();
  return {
    status,
    header: (name) => response.headers[name]?.toString(),
    code: body === "" ? null : String(JSON.parse(body).error.code),
  };
}

function methodOf(path: string): string {
  return path === "/command" ? "POST" : "GET";
}

describe("pages of other origins", () => {
  test("that are local read every door's answers in open mode, errors too", async (t) => {
    const server = await startTestServer(t);
    const origin = "http://localhost:5173";
    for (const path of DOORS) {
      const head = await headOf(server, methodOf(path), path, { origin });
      assert.equal(head.status, path === "/command" ? 415 : 200, path);
      assert.equal(head.header("access-control-allow-origin"), origin);
      assert.match(head.header("vary") ?? "", /Origin/);
    }
    const wrong = await headOf(server, "GET", "/events?channels=a,a", { origin });
    assert.deepEqual([wrong.status, wrong.header("access-control-allow-origin")], [400, origin]);
  });

  test("that are listed may, and say before which headers they send", async (t) => {
    const origin = "https://app.example";
    const server = await startTestServer(t, { settings: { origins: [origin] } });
    for (const path of DOORS) {
      const head = await headOf(server, "OPTIONS", path, {
        origin,
        "access-control-request-method": methodOf(path),
        "access-control-request-headers": "authorization, content-type, tidewire-session",
      });
      assert.equal(head.status, 204);
      assert.equal(head.header("access-control-allow-origin"), origin);
      assert.equal(head.header("access-control-allow-methods"), methodOf(path));
      for (const name of ["authorization", "content-type", "tidewire-session", "last-event-id"]) {
        assert.match(head.header("access-control-allow-headers") ?? "", new RegExp(name), name);
      }
      assert.equal(head.header("access-control-allow-credentials"), undefined, "cookies play no part");
    }
  });

  test("that a pattern covers may use every door, WebSocket too", async (t) => {
    const server = await startTestServer(t, { settings: { origins: ["https://*.app.example"] } });
    for (const path of DOORS) {
      const head = await headOf(server, methodOf(path), path, { origin: "https://eu.app.example" });
      assert.equal(head.header("access-control-allow-origin"), "https://eu.app.example", path);
      const other = await headOf(server, methodOf(path), path, { origin: "https://app.example" });
      assert.deepEqual([other.status, other.code], [403, "origin_forbidden"], path);
    }
    const client = await NativeClient.open(t, server, "channels=news", { origin: "https://eu.app.example" });
    await client.next("subscribed");
    const { status } = await refusedHandshake(server, "/connect?channels=news", {
      origin: "https://euapp.example",
    });
    assert.equal(status, 403);
  });

  test("that are not are refused, with nothing that would let them read why", async (t) => {
    const server = await startTestServer(t);
    for (const origin of ["https://evil.example", "null"]) {
      for (const path of DOORS) {
        for (const method of [methodOf(path), "OPTIONS"]) {
          const head = await headOf(server, method, path, { origin });
          assert.deepEqual([head.status, head.code], [403, "origin_forbidden"], `${method} ${path}`);
          assert.equal(head.header("access-control-allow-origin"), undefined);
        }
      }
    }
  });

  test("and a host that is not this machine's is refused in open mode, whatever the page", async (t) => {
    const server = await startTestServer(t);
    for (const path of DOORS) {
      const head = await headOf(server, methodOf(path), path, { host: "rebound.example" });
      assert.deepEqual([head.status, head.code], [403, "permission_denied"]);
    }
  });
});
