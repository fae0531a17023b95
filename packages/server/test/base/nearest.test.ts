import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nearestOf } from "../../src/base/nearest.ts";

const KEYS = ["host", "port", "backlog", "history", "presence", "pingIntervalMs"];

describe("the nearest word", () => {
  it("is found through a slip of the finger", () => {
    const slips = {
      prot: "port",
      hots: "host",
      Port: "port",
      histroy: "history",
      presense: "presence",
      pingInterval: "pingIntervalMs",
    };
    for (const [slip, meant] of Object.entries(slips)) assert.equal(nearestOf(slip, KEYS), meant, slip);
  });

  it("is none when nothing is close", () => {
    for (const word of ["x", "colour", "", "durable"]) assert.equal(nearestOf(word, KEYS), undefined, word);
  });
});
