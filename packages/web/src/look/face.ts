/** What a face is drawn from: the same seed gives the same face everywhere. */
export interface Face {
  /** Hue of the ground in degrees. */
  readonly hue: number;
  /** Hue of the waves in degrees. */
  readonly waveHue: number;
  /** The waves as SVG paths on a 40 × 40 grid, back to front. */
  readonly waves: readonly string[];
}

/** FNV-1a, 32 bits: spreads seeds that differ in one letter. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/** A repeatable sequence of numbers in [0, 1) (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function wave(level: number, height: number, shift: number): string {
  const start = -20 + shift * 20;
  return `M${start.toFixed(1)} ${level.toFixed(1)}q10 ${(-height).toFixed(1)} 20 0t20 0 20 0 20 0V44H${start.toFixed(1)}Z`;
}

/** Gives the face of a seed. */
export function faceOf(seed: string): Face {
  const next = sequence(hash(seed));
  // Twelve hues apart enough to tell people in a room from one another.
  const hue = Math.floor(next() * 12) * 30 + 10;
  const waveHue = (hue + (next() < 0.5 ? 40 : 320)) % 360;
  const low = 20 + next() * 6;
  return {
    hue,
    waveHue,
    waves: [wave(low, 8 + next() * 8, next()), wave(low + 8, 6 + next() * 8, next())],
  };
}
