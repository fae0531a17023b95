import type { VNode } from "preact";
import "./glimpse.css";
import "./notices-glimpse.css";

/** A glimpse of the demo about notifications: one push, two of three phones. Decorative. */
export function NoticesGlimpse(): VNode {
  return (
    <svg class="glimpse" viewBox="0 0 104 40" aria-hidden="true">
      <path class="notices-source" d="M6 12l8 8-8 8M19 28h7" />
      {[40, 62, 84].map((x) => (
        <rect key={x} class="notices-line" x={x} y="7" width="15" height="28" rx="4" />
      ))}
      <circle class="notices-badge" cx="54" cy="8" r="5.5" />
      <circle class="notices-badge" cx="98" cy="8" r="5.5" />
    </svg>
  );
}
