import type { VNode } from "preact";
import "./glimpse.css";
import "./prices-glimpse.css";

/** A glimpse of the demo about prices: one that rises and one that falls. Decorative. */
export function PricesGlimpse(): VNode {
  return (
    <svg class="glimpse" viewBox="0 0 104 40" aria-hidden="true">
      <path class="prices-up" d="M4 18l10-4 8 5 9-8 8 3 9-8M56 12l6-7 6 7" />
      <path class="prices-down" d="M36 25l9-2 8 7 9-3 9 8 9-1M88 29l6 7 6-7" />
    </svg>
  );
}
