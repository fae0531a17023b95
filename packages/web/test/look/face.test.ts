import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { faceOf } from "../../src/look/face.ts";

describe("a face", () => {
  it("is the same for the same seed", () => {
    assert.deepEqual(faceOf("gull7"), faceOf("gull7"));
  });

  it("differs for most seeds", () => {
    const faces = Array.from({ length: 100 }, (_, index) => JSON.stringify(faceOf(`seed${index}`)));
    assert.equal(new Set(faces).size, 100);
  });

  it("uses every hue", () => {
    const hues = Array.from({ length: 400 }, (_, index) => faceOf(`seed${index}`).hue);
    assert.equal(new Set(hues).size, 12);
  });

  it("is drawable whatever the seed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (seed) => {
        const { hue, waveHue, waves } = faceOf(seed);
        assert.ok(hue >= 0 && hue < 370 && waveHue >= 0 && waveHue < 360);
        for (const wave of waves) assert.match(wave, /^M-?[\d.]+ [\d.]+q[-\d. ]+t[-\d. ]+V44H-?[\d.]+Z$/);
      }),
    );
  });
});
