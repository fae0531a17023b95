import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLoopbackAddress, networkOf } from "../../src/base/address.ts";

describe("an address", () => {
  it("is loopback in 127.0.0.0/8 and as ::1, also when mapped into IPv6", () => {
    for (const address of ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"]) {
      assert.equal(isLoopbackAddress(address), true, address);
    }
  });

  it("is not loopback anywhere else", () => {
    for (const address of [
      "192.0.2.1",
      "128.0.0.1",
      "::",
      "::2",
      "fe80::1",
      "0.0.0.0",
      "127.0.0.1.evil.example",
      "",
      "127.1",
    ]) {
      assert.equal(isLoopbackAddress(address), false, address);
    }
  });

  it("counts alone as IPv4, and with its 64 bit network as IPv6", () => {
    assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
    assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
    const sameNetwork = [
      "2001:db8:1:2::1",
      "2001:db8:1:2:ffff::9",
      "2001:db8:1:2:3:4:5:6",
      "2001:0db8:0001:0002::%eth0",
    ];
    assert.deepEqual([...new Set(sameNetwork.map(networkOf))], ["2001:db8:1:2::/64"]);
    assert.notEqual(networkOf("2001:db8:1:3::1"), networkOf("2001:db8:1:2::1"));
    assert.equal(networkOf("::2"), "0:0:0:0::/64");
    assert.equal(networkOf("fe80::1"), "fe80:0:0:0::/64");
  });
});
