import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AddressLimits } from "../../src/policy/address-limits.ts";

describe("the limit per address", () => {
  it("refuses one connection too many, and takes one again when another has ended", () => {
    const limits = new AddressLimits(2);
    assert.deepEqual(
      [1, 2, 3].map(() => limits.tryAdd("192.0.2.1")),
      [true, true, false],
    );
    assert.equal(limits.tryAdd("192.0.2.2"), true, "another address is not concerned");
    limits.remove("192.0.2.1");
    assert.equal(limits.tryAdd("192.0.2.1"), true);
    assert.equal(limits.tryAdd("::ffff:192.0.2.1"), false, "the same address in another spelling");
  });

  it("counts an IPv6 network as one address", () => {
    const limits = new AddressLimits(1);
    assert.equal(limits.tryAdd("2001:db8::1"), true);
    assert.equal(limits.tryAdd("2001:db8::ffff:2"), false);
    assert.equal(limits.tryAdd("2001:db8:0:1::1"), true);
  });

  it("does not count loopback", () => {
    const limits = new AddressLimits(1);
    for (let n = 0; n < 5; n++) assert.equal(limits.tryAdd(n % 2 === 0 ? "127.0.0.1" : "::1"), true);
  });

  it("is off when there is none", () => {
    const limits = new AddressLimits(null);
    for (let n = 0; n < 5; n++) assert.equal(limits.tryAdd("192.0.2.1"), true);
    limits.remove("192.0.2.1");
  });
});
