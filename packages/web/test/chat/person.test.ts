import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cleanName, MAX_NAME_LENGTH, readPerson } from "../../src/chat/person.ts";

describe("a name", () => {
  it("loses characters that turn or hide the text around it", () => {
    assert.equal(cleanName("Ann\u202Egnp.exe"), "Ann gnp.exe");
    assert.equal(cleanName("  a\u0000\n b\u200B "), "a b");
  });

  it("keeps letters of every script and whole emoji", () => {
    assert.equal(cleanName("Mei 小美 🦦"), "Mei 小美 🦦");
  });

  it("is bounded and stays as it is when it is cleaned again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (typed) => {
        const name = cleanName(typed);
        assert.ok([...name].length <= MAX_NAME_LENGTH);
        assert.equal(cleanName(name), name);
      }),
    );
  });
});

describe("reading a person", () => {
  it("takes name and face from what they say", () => {
    const person = readPerson("u1", { name: "Ann", face: "f1" }, "c1");
    assert.deepEqual(person, { user: "u1", name: "Ann", face: "f1" });
  });

  it("falls back to the user id", () => {
    for (const about of [undefined, null, 7, "Ann", [], {}, { name: 3, face: {} }, { name: " \u202E " }]) {
      assert.deepEqual(readPerson("u1", about, "c1"), { user: "u1", name: "u1", face: "u1" });
    }
  });

  it("gives somebody without a user id a face of their own", () => {
    assert.deepEqual(readPerson(undefined, undefined, "c1"), { user: undefined, name: "?", face: "c1" });
  });
});
