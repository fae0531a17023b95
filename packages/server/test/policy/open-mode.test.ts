import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type GateOptions,
  type RequestFacts,
  isLoopbackHost,
  refusalOf,
} from "../../src/policy/open-mode.ts";

const OPEN: GateOptions = { mode: "open", insecure: false, origins: [] };
const INSECURE: GateOptions = { ...OPEN, insecure: true };
const AUTHENTICATED: GateOptions = { ...OPEN, mode: "authenticated" };

const LOCAL: RequestFacts = {
  host: "127.0.0.1:8080",
  origin: undefined,
  isForwarded: false,
  remoteAddress: "127.0.0.1",
};

function codeOf(facts: Partial<RequestFacts>, options: GateOptions): string | null {
  return refusalOf({ ...LOCAL, ...facts }, options)?.code ?? null;
}

describe("a Host", () => {
  it("is loopback by name or address, with any port", () => {
    for (const host of ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.5.6.7:1", "[::1]", "[::1]:8080"]) {
      assert.equal(isLoopbackHost(host), true, host);
    }
  });

  it("is not loopback when it only looks like it", () => {
    const hosts = [
      "",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "evil.example",
      "0.0.0.0",
      "[::]",
      "::1",
      "localhost:8080:80",
      "localhost/",
      "user@localhost",
      "[::1",
      "127.0.0.1:",
      "localhost:port",
    ];
    for (const host of hosts) assert.equal(isLoopbackHost(host), false, JSON.stringify(host));
  });
});

describe("open mode", () => {
  it("serves programs and pages of this machine", () => {
    for (const origin of [
      undefined,
      "http://localhost:8080",
      "http://127.0.0.1:3000",
      "https://[::1]:8443",
      "http://localhost",
    ]) {
      assert.equal(codeOf({ origin }, OPEN), null, String(origin));
    }
    assert.equal(codeOf({ remoteAddress: "::ffff:127.0.0.1" }, OPEN), null);
  });

  it("refuses a site whose name was rebound to this machine", () => {
    assert.equal(codeOf({ host: "evil.example" }, OPEN), "permission_denied");
    assert.equal(codeOf({ host: "evil.example", origin: "http://evil.example" }, OPEN), "permission_denied");
    assert.equal(codeOf({ host: undefined }, OPEN), "permission_denied", "HTTP/1.0 needs no Host");
  });

  it("refuses pages from elsewhere, and those without an origin of their own", () => {
    const origins = [
      "https://evil.example",
      "null",
      "http://localhost.evil.example",
      "file://",
      "http://127.0.0.1@evil.example",
      "http://",
      "",
      "localhost",
    ];
    for (const origin of origins)
      assert.equal(codeOf({ origin }, OPEN), "origin_forbidden", JSON.stringify(origin));
  });

  it("refuses what came through a proxy, or from another machine", () => {
    assert.equal(codeOf({ isForwarded: true }, OPEN), "permission_denied");
    assert.equal(codeOf({ remoteAddress: "192.0.2.7" }, OPEN), "permission_denied");
  });

  it("serves a listed origin, also null", () => {
    const listing: GateOptions = { ...OPEN, origins: ["https://a.example", "null"] };
    assert.equal(codeOf({ origin: "https://a.example" }, listing), null);
    assert.equal(codeOf({ origin: "null" }, listing), null);
    assert.equal(codeOf({ origin: "https://b.example" }, listing), "origin_forbidden");
    assert.equal(codeOf({ origin: "https://b.example" }, { ...OPEN, origins: ["*"] }), null);
    assert.equal(
      codeOf({ host: "evil.example", origin: "null" }, listing),
      "permission_denied",
      "the host still counts",
    );
  });

  it("tells the log which flag would allow it", () => {
    assert.match(refusalOf({ ...LOCAL, origin: "null" }, OPEN)?.hint ?? "", /--allow-origin "null"/);
    assert.match(refusalOf({ ...LOCAL, host: "a.example" }, OPEN)?.hint ?? "", /"a\.example".*--insecure/);
    assert.match(refusalOf({ ...LOCAL, isForwarded: true }, OPEN)?.hint ?? "", /X-Forwarded.*--insecure/);
  });

  it("keeps what a stranger sent on one short line of the log", () => {
    const origin = `https://evil.example/\n${"x".repeat(10_000)}`;
    const hint = refusalOf({ ...LOCAL, origin }, OPEN)?.hint ?? "";
    assert.ok(hint.length < 600, `${hint.length} characters`);
    assert.ok(!hint.includes("\n"));
  });
});

describe("--insecure", () => {
  it("lifts everything that open mode asks for", () => {
    const facts = {
      host: "push.example",
      origin: "https://other.example",
      isForwarded: true,
      remoteAddress: "192.0.2.7",
    };
    assert.equal(codeOf(facts, INSECURE), null);
    assert.equal(codeOf({ ...facts, origin: "null", host: undefined }, INSECURE), null);
  });

  it("keeps to a list of origins when there is one", () => {
    const listing: GateOptions = { ...INSECURE, origins: ["https://a.example"] };
    assert.equal(codeOf({ host: "push.example", origin: "https://a.example" }, listing), null);
    assert.equal(codeOf({ host: "push.example", origin: "https://push.example" }, listing), null);
    assert.equal(codeOf({ host: "push.example", origin: "https://b.example" }, listing), "origin_forbidden");
  });
});

describe("with authentication, a request", () => {
  it("may come from everywhere, but a page only from the server's own origin or a listed one", () => {
    const facts = { host: "push.example", isForwarded: true, remoteAddress: "192.0.2.7" };
    assert.equal(codeOf(facts, AUTHENTICATED), null, "programs send no Origin");
    assert.equal(
      codeOf({ ...facts, origin: "https://push.example" }, AUTHENTICATED),
      null,
      "TLS may end in a proxy",
    );
    assert.equal(codeOf({ ...facts, origin: "http://push.example" }, AUTHENTICATED), null);
    assert.equal(
      codeOf({ ...facts, host: "push.example:443", origin: "https://push.example" }, AUTHENTICATED),
      null,
    );
    assert.equal(
      codeOf({ ...facts, host: "PUSH.example:8080", origin: "https://push.example:8080" }, AUTHENTICATED),
      null,
    );
    for (const origin of [
      "https://www.example",
      "https://push.example:8443",
      "https://push.example.evil",
      "null",
    ]) {
      assert.equal(codeOf({ ...facts, origin }, AUTHENTICATED), "origin_forbidden", origin);
    }
    assert.equal(
      codeOf({ ...facts, origin: "https://b.example" }, { ...AUTHENTICATED, origins: ["https://b.example"] }),
      null,
    );
  });
});
