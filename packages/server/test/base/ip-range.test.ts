import assert from "node:assert/strict";
import { BlockList, isIPv4 } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isInRange, parseIp, parseIpRange } from "../../src/base/ip-range.ts";

function isIn(address: string, range: string): boolean {
  const groups = parseIp(address) ?? assert.fail(`${address} is an address`);
  return isInRange(groups, parseIpRange(range) ?? assert.fail(`${range} is a range`));
}

describe("an IP address", () => {
  it("is the same in every spelling", () => {
    assert.deepEqual(parseIp("2001:db8::1"), parseIp("2001:0DB8:0:0:0:0:0:1"));
    assert.deepEqual(parseIp("192.0.2.1"), parseIp("::ffff:192.0.2.1"));
    assert.deepEqual(parseIp("fe80::1%eth0"), parseIp("fe80::1"));
  });

  it("is not what only looks like one", () => {
    for (const text of [
      "",
      "1.2.3",
      "1.2.3.256",
      "1.2.3.4.5",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8::",
      "g::",
      "localhost",
      "1.2.3.4:80",
    ]) {
      assert.equal(parseIp(text), undefined, text);
    }
  });
});

describe("a range", () => {
  it("is an address, or a network by the length of its prefix", () => {
    assert.ok(isIn("10.1.2.3", "10.0.0.0/8"));
    assert.ok(!isIn("11.1.2.3", "10.0.0.0/8"));
    assert.ok(isIn("::ffff:10.1.2.3", "10.0.0.0/8"));
    assert.ok(isIn("2001:db8:1::5", "2001:db8::/32"));
    assert.ok(!isIn("2001:db9::5", "2001:db8::/32"));
    assert.ok(isIn("192.0.2.1", "192.0.2.1") && !isIn("192.0.2.2", "192.0.2.1"));
    assert.ok(isIn("192.0.2.1", "0.0.0.0/0") && !isIn("2001:db8::1", "0.0.0.0/0"));
  });

  it("is not what only looks like one", () => {
    for (const text of ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "fe80::%eth0/64", "x/8"]) {
      assert.equal(parseIpRange(text), undefined, text);
    }
  });

  it("holds what the system's own list of addresses would", () => {
    const v4 = fc.ipV4();
    const v6 = fc.ipV6();
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(v4, v4, fc.nat(32)), fc.tuple(v6, v6, fc.nat(128))),
        ([address, network, bits]) => {
          const list = new BlockList();
          const family = isIPv4(network) ? "ipv4" : "ipv6";
          list.addSubnet(network, bits, family);
          assert.equal(isIn(address, `${network}/${bits}`), list.check(address, family));
        },
      ),
    );
  });
});
