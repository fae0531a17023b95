import type { VNode } from "preact";
import "./glimpse.css";
import "./phones-glimpse.css";

/** A glimpse of the demo about kicking: the second phone comes, the first one has to go. Decorative. */
export function PhonesGlimpse(): VNode {
  return (
    <svg class="glimpse" viewBox="0 0 104 40" aria-hidden="true">
      <rect class="phones-gone" x="22" y="3" width="20" height="34" rx="5" />
      <path class="phones-gone" d="M28 16l8 8M36 16l-8 8" />
      <path class="phones-line" d="M48 20h8" />
      <rect class="phones-here" x="62" y="3" width="20" height="34" rx="5" />
      <path class="phones-here" d="M67.500 20.500l3 3 6-6.500" />
    </svg>
  );
}
