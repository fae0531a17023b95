import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { address, completions } from "../../src/chat/addressing.ts";
import type { Person } from "../../src/chat/person.ts";

function person(user: string, name: string): Person {
  return { user, name, face: user };
}

const ANN = person("u1", "Ann");
const ANN_LEE = person("u2", "Ann Lee");
const MEI = person("u3", "小美");
const PEOPLE = [ANN, ANN_LEE, MEI];

describe("a typed text", () => {
  it("is for everybody unless it begins with @", () => {
    assert.deepEqual(address("hello @Ann", PEOPLE), { kind: "everybody", text: "hello @Ann" });
    assert.deepEqual(address(" @Ann hello", PEOPLE), { kind: "everybody", text: "@Ann hello" });
    assert.deepEqual(address("@ home", PEOPLE), { kind: "everybody", text: "@ home" });
    assert.deepEqual(address("@", PEOPLE), { kind: "everybody", text: "@" });
  });

  it("is for the person it names, in any case, with or without a comma", () => {
    assert.deepEqual(address("@ann hi", PEOPLE), { kind: "person", person: ANN, text: "hi" });
    assert.deepEqual(address("@Ann, hi", PEOPLE), { kind: "person", person: ANN, text: "hi" });
    assert.deepEqual(address("＠小美：你好", PEOPLE), { kind: "person", person: MEI, text: "你好" });
  });

  it("takes the longest name that fits", () => {
    assert.deepEqual(address("@Ann Lee hi", PEOPLE), { kind: "person", person: ANN_LEE, text: "hi" });
    assert.deepEqual(address("@Ann Leeds", PEOPLE), { kind: "person", person: ANN, text: "Leeds" });
  });

  it("goes to nobody when nobody has the name: it was meant to be private", () => {
    assert.deepEqual(address("@Annabel secret", PEOPLE), { kind: "nobody", name: "Annabel" });
  });

  it("goes to nobody when several people have the name", () => {
    assert.deepEqual(address("@Ann hi", [ANN, person("u9", "ann")]), { kind: "several", name: "Ann" });
  });

  it("may name a person and say nothing yet", () => {
    assert.deepEqual(address("@Ann", PEOPLE), { kind: "person", person: ANN, text: "" });
  });
});

describe("the people offered", () => {
  it("are those whose name goes on as typed, beginnings first", () => {
    const lee = person("u4", "Lee");
    assert.deepEqual(completions("@le", [...PEOPLE, lee]), [lee, ANN_LEE]);
  });

  it("are all of them after @ alone, and none in other texts", () => {
    assert.deepEqual(completions("@", PEOPLE), PEOPLE);
    assert.deepEqual(completions("Ann", PEOPLE), []);
    assert.deepEqual(completions("@Ann hello", PEOPLE), []);
  });
});
