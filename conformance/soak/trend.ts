/**
 * How much a quantity grows from one sample to the next: the median of the slopes between all pairs (Theil–Sen).
 *
 * Single peaks, as a garbage collector makes them, move it hardly. 0 for fewer than two samples.
 */
function slopePerSample(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let left = 0; left < values.length; left += 1) {
    for (let right = left + 1; right < values.length; right += 1) {
      slopes.push(((values[right] ?? 0) - (values[left] ?? 0)) / (right - left));
    }
  }
  slopes.sort((a, b) => a - b);
  return slopes[slopes.length >>> 1] ?? 0;
}

/** What a quantity would have grown over all of these samples, if it went on as it mostly does. */
export function growth(values: readonly number[]): number {
  return slopePerSample(values) * Math.max(0, values.length - 1);
}
