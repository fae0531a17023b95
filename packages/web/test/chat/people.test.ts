import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { join, leave, peopleFrom, persons } from "../../src/chat/people.ts";

const ANN_PHONE = { user: "u1", connection: "c1", info: { name: "Ann", face: "f1" } };
const ANN_DESK = { user: "u1", connection: "c2", info: { name: "Ann", face: "f1" } };
const BOB = { user: "u2", connection: "c3", info: { name: "Bob", face: "f2" } };
const ANN = { user: "u1", name: "Ann", face: "f1" };

describe("the people in a room", () => {
  it("count once however many tabs they have", () => {
    assert.deepEqual(
      persons(peopleFrom([ANN_PHONE, BOB, ANN_DESK])).map(({ name }) => name),
      ["Ann", "Bob"],
    );
  });

  it("join with their first tab and leave with their last", () => {
    const first = join(peopleFrom([]), [ANN_PHONE]);
    assert.deepEqual(first.changed, [ANN]);
    const second = join(first.people, [ANN_DESK]);
    assert.deepEqual(second.changed, []);
    const third = leave(second.people, [ANN_PHONE]);
    assert.deepEqual(third.changed, []);
    const fourth = leave(third.people, [ANN_DESK]);
    assert.deepEqual(fourth.changed, [ANN]);
    assert.equal(fourth.people.size, 0);
  });

  it("are called as their latest tab says", () => {
    const renamed = join(peopleFrom([ANN_PHONE]), [{ ...ANN_DESK, info: { name: "Anna", face: "f9" } }]);
    assert.deepEqual(persons(renamed.people), [{ user: "u1", name: "Anna", face: "f9" }]);
  });

  it("are one each when they have no user id", () => {
    const people = peopleFrom([{ connection: "c8" }, { connection: "c9" }]);
    assert.equal(persons(people).length, 2);
  });

  it("do not change by somebody leaving who was not there", () => {
    assert.deepEqual(leave(peopleFrom([BOB]), [ANN_PHONE]).changed, []);
  });
});
