import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { paintOn } from "../../src/cli/colours.ts";
import { findingLines } from "../../src/cli/doctor/doctor-report.ts";
import { wantsColours } from "../../src/cli/terminal.ts";

const TERMINAL = { print() {}, complain() {}, progress() {}, isInteractive: true, hasColours: true };

describe("colours", () => {
  it("are where a terminal shows them, and nowhere else", () => {
    assert.equal(paintOn(TERMINAL)("red", "no"), "\u001b[31mno\u001b[0m");
    assert.equal(paintOn({ ...TERMINAL, hasColours: false })("red", "no"), "no");
    const finding = {
      check: "port",
      status: "fail",
      message: "It is taken.",
      mend: "tidewire --port 9",
    } as const;
    assert.equal(findingLines(finding, TERMINAL)[0]?.startsWith("\u001b[31mfail\u001b[0m"), true);
    assert.deepEqual(findingLines(finding, { ...TERMINAL, hasColours: false }), [
      "fail  port: It is taken.",
      "      tidewire --port 9",
    ]);
  });

  it("are off when NO_COLOR says anything", () => {
    assert.deepEqual(
      [wantsColours({}), wantsColours({ NO_COLOR: "" }), wantsColours({ NO_COLOR: "1" })],
      [true, true, false],
    );
  });
});
