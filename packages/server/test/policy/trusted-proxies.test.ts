import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { TrustedProxies } from "../../src/policy/trusted-proxies.ts";

const proxies = new TrustedProxies(["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"]);

function xff(peer: string, value: string | undefined): string {
  return proxies.clientOf(peer, "x-forwarded-for", value);
}

function forwarded(peer: string, value: string): string {
  return proxies.clientOf(peer, "forwarded", value);
}

describe("the address of a client behind proxies", () => {
  it("is the peer's own when that is no trusted proxy, whatever it says", () => {
    assert.equal(xff("203.0.113.9", "198.51.100.1"), "203.0.113.9");
    assert.equal(forwarded("203.0.113.9", "for=198.51.100.1"), "203.0.113.9");
    assert.equal(new TrustedProxies([]).clientOf("127.0.0.1", "forwarded", "for=198.51.100.1"), "127.0.0.1");
  });

  it("is the last one that no trusted proxy has", () => {
    assert.equal(xff("127.0.0.1", "198.51.100.1"), "198.51.100.1");
    assert.equal(
      xff("10.0.0.1", "198.51.100.7, 198.51.100.1, 10.2.3.4"),
      "198.51.100.1",
      "what is left of it may be made up",
    );
    assert.equal(
      xff("10.0.0.1", "10.9.9.9, 10.2.3.4"),
      "10.9.9.9",
      "a client within the network of the proxies",
    );
  });

  it("is read in every spelling of an address", () => {
    for (const [hop, address] of [
      ["198.51.100.1:4711", "198.51.100.1"],
      ["[2001:db8:2::1]:4711", "2001:db8:2::1"],
      ["[2001:db8:2::1]", "2001:db8:2::1"],
      ["2001:db8:2::1", "2001:db8:2::1"],
    ] as const) {
      assert.equal(xff("127.0.0.1", hop), address);
      assert.equal(forwarded("127.0.0.1", `by=_x;for="${hop}";proto=https`), address);
    }
  });

  it("is the proxy's when the proxy does not say it, or says nothing that is an address", () => {
    for (const value of [
      undefined,
      "",
      "unknown",
      "_hidden",
      "evil.example",
      '1.2.3.4" ',
      ",",
      "198.51.100.1,",
    ]) {
      assert.equal(xff("127.0.0.1", value), "127.0.0.1", String(value));
    }
    for (const value of [
      "",
      "for=unknown",
      "proto=https",
      "for=_gazonk",
      'for="198.51.100.1',
      "fooor=1.2.3.4",
    ]) {
      assert.equal(forwarded("127.0.0.1", value), "127.0.0.1", value);
    }
  });

  it("is not changed by commas and semicolons within quotes", () => {
    assert.equal(forwarded("127.0.0.1", 'for=198.51.100.1;by="a, for=198.51.100.2"'), "198.51.100.1");
    assert.equal(
      forwarded("127.0.0.1", 'for=198.51.100.7, for="198.51.100.1";ext="\\", for=1.1.1.1"'),
      "198.51.100.1",
    );
  });

  it("is never changed by what a client puts in front", () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (made, client) => {
        fc.pre(!proxies.has(client));
        assert.equal(xff("127.0.0.1", `${made}, ${client}`), client);
        // With a quote that is left open the proxy's part stands within it, so nobody is believed.
        if (!made.includes('"')) assert.equal(forwarded("127.0.0.1", `${made}, for=${client}`), client);
      }),
    );
  });

  it("is an address, whatever the header holds, and found in time that grows with its length", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("x-forwarded-for" as const, "forwarded" as const),
        (value, header) => {
          assert.match(proxies.clientOf("127.0.0.1", header, value), /^[0-9a-f.:]+$/i);
        },
      ),
    );
    const hostile = `${'for="'.repeat(2000)},`;
    const startMs = performance.now();
    proxies.clientOf("127.0.0.1", "forwarded", hostile);
    assert.ok(performance.now() - startMs < 1000);
  });
});
