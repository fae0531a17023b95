import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Unread } from "../../src/notify/unread.ts";

describe("what is unread on a device", () => {
  it("begins with the server's number, before the messages have come", () => {
    const unread = new Unread();
    unread.subscribed(2, 7);
    assert.equal(unread.count, 2);
    unread.arrived(6);
    assert.equal(unread.count, 2);
    unread.arrived(7);
    assert.equal(unread.count, 2);
    assert.equal(unread.firstOffset, 6);
  });

  it("counts what comes later, and nothing twice that the server's number covers", () => {
    const unread = new Unread();
    unread.subscribed(1, 1);
    unread.arrived(1);
    unread.arrived(2);
    assert.equal(unread.count, 2);
  });

  it("goes back when the person has read, here or on another device", () => {
    const unread = new Unread();
    unread.subscribed(0, 0);
    for (const offset of [1, 2, 3]) unread.arrived(offset);
    unread.acknowledged(2, 1);
    assert.deepEqual([unread.count, unread.firstOffset], [1, 3]);
    unread.acknowledged(3, 0);
    assert.deepEqual([unread.count, unread.firstOffset], [0, Number.POSITIVE_INFINITY]);
  });

  it("does not count a message again that was stored before the acknowledgement and arrives after it", () => {
    const unread = new Unread();
    unread.subscribed(0, 0);
    unread.arrived(1);
    unread.acknowledged(1, 1);
    assert.equal(unread.count, 0);
    unread.arrived(2);
    assert.equal(unread.count, 1);
  });

  it("is the server's again after every absence, however much was pushed and read meanwhile", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(PUSHED, READ, SWITCHED), { maxLength: 60 }), (happenings) => {
        const model = new Model();
        for (const happening of happenings) model.take(happening);
        model.switchOn();
        assert.equal(model.device.count, model.unread);
        assert.equal(
          model.device.firstOffset,
          model.unread === 0 ? Number.POSITIVE_INFINITY : model.cursor + 1,
        );
      }),
    );
  });
});

type Happening = { readonly kind: "pushed" | "switched" } | { readonly kind: "read"; readonly share: number };

const PUSHED = fc.constant<Happening>({ kind: "pushed" });
const SWITCHED = fc.constant<Happening>({ kind: "switched" });
const READ = fc.double({ min: 0, max: 1, noNaN: true }).map((share): Happening => ({ kind: "read", share }));

/** A stream with the user's cursor, and one device that is on or off. */
class Model {
  readonly device = new Unread();
  cursor = 0;
  #head = 0;
  #position = 0;
  #isOn = false;

  get unread(): number {
    return this.#head - this.cursor;
  }

  take(happening: Happening): void {
    if (happening.kind === "pushed") {
      this.#head += 1;
      if (this.#isOn) this.#deliver();
    } else if (happening.kind === "read") {
      this.cursor += Math.floor(this.unread * happening.share);
      if (this.#isOn) this.device.acknowledged(this.cursor, this.unread);
    } else if (this.#isOn) this.#isOn = false;
    else this.switchOn();
    if (this.#isOn) assert.equal(this.device.count, this.unread);
  }

  switchOn(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    // The first time a device begins after the cursor.
    if (this.#position === 0) this.#position = this.cursor;
    this.device.subscribed(this.unread, this.#head);
    this.#deliver();
  }

  #deliver(): void {
    while (this.#position < this.#head) {
      this.#position += 1;
      this.device.arrived(this.#position);
    }
  }
}
