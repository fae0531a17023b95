import type { VNode } from "preact";
import "./wire.css";

const WIRE = "M0 20H150";
const WAVE =
  "M150 20C168 20 168 6 184 6S200 34 216 34 232 4 248 4 264 36 280 36 296 8 312 8 328 28 344 28 360 20 380 20H480";

/** The mark drawn long. Each message that arrives sends one pulse along it; nothing moves otherwise. */
export function Wire({ pulses }: { readonly pulses: number }): VNode {
  return (
    <svg class="wire" viewBox="0 0 480 40" preserveAspectRatio="none" aria-hidden="true">
      <path class="wire-thin" d={WIRE} />
      <path class="wire-thick" d={WAVE} />
      {pulses > 0 && (
        <path key={pulses} class="wire-pulse" pathLength={100} d={`${WIRE}${WAVE.replace("M150 20", "")}`} />
      )}
    </svg>
  );
}
