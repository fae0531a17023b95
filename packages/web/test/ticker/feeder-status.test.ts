import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readStatus } from "../../src/ticker/feeder-status.ts";

const STATUS = {
  at: 1,
  isRunning: true,
  prices: "http://127.0.0.1:4711/prices",
  cpuSeconds: { tidewire: 1.5, feeder: 0 },
};
const BACKEND = { api: true } as const;

describe("reading what the feeder tells", () => {
  it("takes it from a holder of the key", () => {
    assert.deepEqual(readStatus({ from: BACKEND, data: STATUS }), STATUS);
  });

  it("takes it from no page", () => {
    assert.equal(readStatus({ from: { connection: "c1" }, data: STATUS }), undefined);
  });

  it("sends nobody to another machine, another path or by another protocol", () => {
    for (const prices of [
      "http://127.0.0.1:4711/prices?x",
      "http://127.0.0.1.example:80/prices",
      "https://127.0.0.1:4711/prices",
      "http://10.0.0.1:80/prices",
      "javascript:alert(1)",
    ]) {
      assert.equal(readStatus({ from: BACKEND, data: { ...STATUS, prices } }), undefined, prices);
    }
  });

  it("leaves alone what is something else", () => {
    for (const data of [null, 7, [], {}, { ...STATUS, cpuSeconds: null }, { ...STATUS, at: "1" }]) {
      assert.equal(readStatus({ from: BACKEND, data }), undefined);
    }
  });
});
