import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ApiKeys, bearerOf, generateApiKey } from "../../src/auth/api-key.ts";

describe("API keys", () => {
  it("accept each of the keys and nothing else", () => {
    const keys = new ApiKeys([
      { key: "first-key", holder: "first" },
      { key: "second-key", holder: "second" },
    ]);
    assert.equal(keys.holderOf("first-key"), "first");
    assert.equal(keys.holderOf("second-key"), "second");
    for (const wrong of ["", "first", "first-key ", "First-key", "third-key", "first-keyfirst-key"]) {
      assert.equal(keys.holderOf(wrong), null, JSON.stringify(wrong));
    }
  });

  it("of any length are told apart, to the last character", () => {
    const lengths = [0, 1, 253, 254, 255, 256, 1000];
    const texts = lengths.flatMap((length) => ["x".repeat(length), `${"x".repeat(length)}y`]);
    const known = [...new Set(texts)].filter((text) => text !== "");
    const keys = new ApiKeys(known.map((key) => ({ key, holder: key })));
    for (const key of known) assert.equal(keys.holderOf(key), key, `${key.length} characters`);
    for (const key of known) {
      // Another last character, one more that is as good as nothing, and one that has the same low byte.
      for (const wrong of [`${key.slice(0, -1)}z`, `${key}\0`, `${key.slice(0, -1)}\u0178`]) {
        assert.equal(keys.holderOf(wrong), null, `${wrong.length} characters`);
      }
    }
    assert.equal(keys.holderOf(""), null);
  });

  it("accept nothing when there are none", () => {
    const keys = new ApiKeys([]);
    assert.equal(keys.holderOf(""), null);
    assert.equal(keys.holderOf("undefined"), null);
  });

  it("are made long, unlike each other, and ready for a header", () => {
    const made = Array.from({ length: 100 }, generateApiKey);
    assert.equal(new Set(made).size, 100);
    for (const key of made) {
      assert.match(key, /^tw_[A-Za-z0-9_-]{43}$/);
      assert.equal(bearerOf(`Bearer ${key}`), key);
    }
  });
});

describe("Authorization: Bearer", () => {
  it("gives the key, however the scheme is written", () => {
    for (const header of ["Bearer abc.DEF_1", "bearer abc.DEF_1", "BEARER   abc.DEF_1 "]) {
      assert.equal(bearerOf(header), "abc.DEF_1", header);
    }
  });

  it("gives nothing without a key, with another scheme, or with more than a key", () => {
    for (const header of [
      undefined,
      "",
      "Bearer",
      "Bearer ",
      "Basic abc",
      "abc",
      "Bearer a b",
      "Bearer ä",
      "Bearerabc",
    ]) {
      assert.equal(bearerOf(header), undefined, String(header));
    }
  });
});
