import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { coversOrigin, isOriginPattern } from "../../src/base/origin-pattern.ts";

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/);
const labels = fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));
const scheme = fc.constantFrom("http", "https");
/** Neither is the default of its scheme, which no origin names. */
const port = fc.constantFrom("", ":8443", ":3000");
const domain = fc.tuple(label, fc.constantFrom("com", "example", "dev")).map((parts) => parts.join("."));

describe("an origin pattern", () => {
  it("is an origin, subdomains of a domain, or any port of this machine, and nothing else", () => {
    const good = [
      "*",
      "null",
      "https://example.com",
      "http://localhost:8080",
      "capacitor://localhost",
      "https://*.example.com",
      "https://*.example.com:8443",
      "http://localhost:*",
      "https://127.0.0.1:*",
      "http://[::1]:*",
    ];
    const bad = [
      "",
      "https://*",
      "https://*.com",
      "*.example.com",
      "https://*example.com",
      "https://a.*.example.com",
      "https://*.*.example.com",
      "https://example.com:*",
      "https://*.example.com:*",
      "https://*.example.com/",
      "https://*.example.com:443",
      "https://*.EXAMPLE.com",
      "https://user@*.example.com",
      "http*://example.com",
      "https://example.com/path",
      "capacitor://*",
    ];
    assert.deepEqual(
      good.filter((text) => !isOriginPattern(text)),
      [],
    );
    assert.deepEqual(
      bad.filter((text) => isOriginPattern(text)),
      [],
    );
  });

  it("covers itself when it is an origin, and then nothing else", () => {
    const property = fc.property(scheme, domain, port, labels, (protocol, host, at, sub) => {
      const origin = `${protocol}://${host}${at}`;
      assert.ok(coversOrigin([origin], origin));
      assert.ok(!coversOrigin([origin], `${protocol}://${sub}.${host}${at}`));
      assert.ok(!coversOrigin([origin], `${origin}.evil.example`));
    });
    fc.assert(property);
  });

  it("of subdomains covers each of them, at its scheme and port alone, and no name that only looks like one", () => {
    const property = fc.property(scheme, domain, port, labels, (protocol, host, at, sub) => {
      const pattern = `${protocol}://*.${host}${at}`;
      fc.pre(isOriginPattern(pattern));
      const inside = `${protocol}://${sub}.${host}${at}`;
      assert.ok(coversOrigin([pattern], inside), inside);
      const outside = [
        `${protocol}://${host}${at}`,
        `${protocol}://.${host}${at}`,
        `${protocol}://${sub}${host}${at}`,
        `${protocol}://${sub}..${host}${at}`,
        `${protocol}://${sub}.${host}${at}.evil.example`,
        `${protocol}://evil.example/.${host}${at}`,
        `${protocol}://evil.example#.${host}${at}`,
        `${protocol}://evil.example:80@${sub}.${host}${at}`,
        `${protocol === "http" ? "https" : "http"}://${sub}.${host}${at}`,
        `${protocol}://${sub}.${host}:9${at.slice(1)}`,
        "null",
      ];
      for (const origin of outside) assert.ok(!coversOrigin([pattern], origin), `${pattern} and ${origin}`);
    });
    fc.assert(property);
  });

  it("of any port covers this machine with any port or none, and no other", () => {
    const property = fc.property(fc.integer({ min: 1, max: 65_535 }), labels, (number, name) => {
      for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
        const pattern = `http://${host}:*`;
        assert.ok(coversOrigin([pattern], `http://${host}:${number}`));
        assert.ok(coversOrigin([pattern], `http://${host}`));
        assert.ok(!coversOrigin([pattern], `https://${host}:${number}`));
        assert.ok(!coversOrigin([pattern], `http://${host}.${name}.example:${number}`));
        assert.ok(!coversOrigin([pattern], `http://${host}:${number}@${name}.example`));
        assert.ok(!coversOrigin([pattern], `http://${name}.${host}:${number}`));
      }
    });
    fc.assert(property);
  });

  it("covers nothing when there is none", () => {
    assert.equal(coversOrigin([], "https://example.com"), false);
  });
});
