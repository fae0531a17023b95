import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLoopbackAddress } from "../../src/base/address.ts";
import { AddressLimits, type AddressLimitsOptions } from "../../src/policy/address-limits.ts";
import { FakeClock } from "../support/fake-clock.ts";

const REACHED = "connections_per_address";

function limitsOf(
  options: Partial<AddressLimitsOptions>,
  clock = new FakeClock(0),
  hits: string[] = [],
): AddressLimits {
  const all = {
    connectionsPerAddress: null,
    handshakesPerAddress: null,
    isExempt: isLoopbackAddress,
    ...options,
  };
  return new AddressLimits(all, clock, {
    hit: (limit, { address }) => void hits.push(`${limit} ${address}`),
  });
}

describe("the limit per address", () => {
  it("refuses one connection too many, and takes one again when another has ended", () => {
    const limits = limitsOf({ connectionsPerAddress: 2 });
    assert.deepEqual(
      [1, 2, 3].map(() => limits.tryAdd("192.0.2.1")),
      [null, null, REACHED],
    );
    assert.equal(limits.tryAdd("192.0.2.2"), null, "another address is not concerned");
    limits.remove("192.0.2.1");
    assert.equal(limits.tryAdd("192.0.2.1"), null);
    assert.equal(limits.tryAdd("::ffff:192.0.2.1"), REACHED, "the same address in another spelling");
  });

  it("counts an IPv6 network as one address", () => {
    const limits = limitsOf({ connectionsPerAddress: 1 });
    assert.equal(limits.tryAdd("2001:db8::1"), null);
    assert.equal(limits.tryAdd("2001:db8::ffff:2"), REACHED);
    assert.equal(limits.tryAdd("2001:db8:0:1::1"), null);
  });

  it("refuses new connections that come too fast, whether the old ones have ended or not, and reports each", () => {
    const clock = new FakeClock(0);
    const hits: string[] = [];
    const limits = limitsOf({ handshakesPerAddress: { count: 2, perMs: 1000 } }, clock, hits);
    for (let n = 0; n < 2; n += 1) {
      assert.equal(limits.tryAdd("192.0.2.1"), null);
      limits.remove("192.0.2.1");
    }
    assert.equal(limits.tryAdd("192.0.2.1"), "handshakes_per_address");
    assert.equal(limits.tryAdd("192.0.2.2"), null);
    clock.advance(500);
    assert.equal(limits.tryAdd("192.0.2.1"), null);
    assert.deepEqual(hits, ["handshakes_per_address 192.0.2.1"]);
  });

  it("does not count who is exempt, such as loopback", () => {
    const limits = limitsOf({ connectionsPerAddress: 1 });
    for (let n = 0; n < 5; n++) assert.equal(limits.tryAdd(n % 2 === 0 ? "127.0.0.1" : "::1"), null);
  });

  it("is off when there is none", () => {
    const limits = limitsOf({});
    for (let n = 0; n < 5; n++) assert.equal(limits.tryAdd("192.0.2.1"), null);
    limits.remove("192.0.2.1");
  });
});
