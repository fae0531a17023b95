/**
 * Makes an input smaller as long as it still fails, by leaving out ever shorter pieces.
 *
 * `fails` tells whether an input still breaks the same promise.
 */
export async function shrink(
  input: Uint8Array,
  fails: (smaller: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let smallest = input;
  for (let size = input.length >>> 1; size > 0; size >>>= 1) {
    for (let at = 0; at < smallest.length; ) {
      const smaller = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (await fails(smaller)) smallest = smaller;
      else at += size;
    }
  }
  return smallest;
}
